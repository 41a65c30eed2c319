// The Python, architecture and region that somebody looks at: as the address says, else as remembered, else as the page begins.
// A choice is written to both, so that a link can be shared and the next page begins with it.

export const NAMES = ["python", "architecture", "region"];

// Other sites may share the host, and so its storage: the top of this site tells them apart.
const KEY = `choice ${new URL("..", import.meta.url).pathname}`;

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept !== null && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

/** The choice to begin with: of each of `NAMES` the first of address, memory and `defaults` that `known(name, value)`. */
export function read(defaults, known = () => true) {
  const address = new URLSearchParams(location.search);
  const kept = remembered();
  const choice = {};
  for (const name of NAMES) {
    const asked = [address.get(name), kept[name]].find((value) => typeof value === "string" && known(name, value));
    choice[name] = asked ?? defaults[name];
  }
  return choice;
}

/** Keeps `choice`, and puts it into the address together with `others`; what is empty there is left out. */
export function write(choice, others = {}) {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Somebody who keeps nothing still has the address.
  }
  const url = new URL(location.href);
  for (const [name, value] of Object.entries({ ...choice, ...others })) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  history.replaceState(history.state, "", url);
}
