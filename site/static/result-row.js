// One result of the search: a package, its version and ARN with the button to copy it; or why there is none, and where there is.

const ELSEWHERE_MAX = 3;

// Why a package has no layer on a runtime, by its state there. The package's page says it in full.
const WHY = {
  published: "it has none that is listed",
  "held-back": "it has none that is listed",
  failed: "the last build failed",
  "too-big": "it does not fit into a layer",
  unsupported: "it has nothing that works there",
  pending: "it was not built yet",
  gone: "what there was is withdrawn or expired",
};

// What is said of the latest layer that is there, by the state of the package.
const REMARKS = {
  "held-back": "newest version held back",
  failed: "newest version failed",
  "too-big": "newest version too big",
  unsupported: "newest version unsupported",
};

function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** An item of the list. It is made once and shows one result after another. */
export class Row {
  constructor(list) {
    this.list = list;
    this.item = document.createElement("li");
    this.name = make("a", "name");
    this.version = make("span", "version");
    this.imported = make("span", "imported");
    this.badges = make("span", "badges");
    const what = make("div", "what");
    what.append(this.name, this.version, this.imported, this.badges);
    this.arn = make("code", "arn breaks");
    this.why = make("p", "why");
    this.button = make("button", "copy", "Copy");
    this.button.type = "button";
    this.item.append(what, this.arn, this.why, this.button);
  }

  /** Stands in the list, or not. */
  keep(isWanted) {
    if (isWanted !== this.item.isConnected) isWanted ? this.list.append(this.item) : this.item.remove();
  }

  focus() {
    (this.button.hidden ? this.name : this.button).focus();
  }

  show({ package: one, imported }, place) {
    const { index, runtime, at, python, architecture, region, query } = place;
    const layer = index.layer(one, runtime, at);
    const showing = layer && `${layer.arn} ${imported ?? ""}`;
    // Most keys change little. Why there is no layer has links with what is typed.
    if (showing !== undefined && showing === this.showing) return;
    this.showing = showing;
    this.name.textContent = one.name;
    this.name.href = `packages/${one.normalised}/?${query}`;
    this.version.textContent = layer?.version ?? "";
    this.imported.hidden = imported === undefined;
    this.imported.replaceChildren(...(imported === undefined ? [] : ["import ", make("code", "", imported)]));
    this.button.hidden = this.arn.hidden = layer === undefined;
    this.why.hidden = layer !== undefined;
    if (layer === undefined) {
      this.badges.replaceChildren();
      this.why.replaceChildren(...why(one, place));
      return;
    }
    this.badges.replaceChildren(...remarks(one, place));
    this.arn.textContent = layer.arn;
    this.button.dataset.copy = layer.arn;
    this.button.dataset.what = `the ARN of ${one.name} ${layer.version} for Python ${python} ${architecture} in ${region}`;
    this.button.setAttribute("aria-label", `Copy the ARN of ${one.name}`);
    // It may still say that another result was copied.
    this.button.textContent = "Copy";
    this.button.classList.remove("done");
  }
}

function remarks(one, { index, runtime, at }) {
  const words = [];
  if (index.runtimes[runtime].is_deprecated) words.push("deprecated runtime");
  if (index.regions[at].is_paused) words.push("paused region");
  const remark = REMARKS[index.entry(one, runtime).state];
  if (remark) words.push(remark);
  return words.map((text) => make("span", "badge caution", text));
}

// Why there is no layer, with links to where there is one.
function why(one, { index, runtime, at, python, architecture, region, link }) {
  const entry = index.entry(one, runtime);
  const here = runtime < 0 ? [] : index.regionsOf(one, runtime);
  if (here.length > 0) {
    const paused = index.regions[at]?.is_paused ? ", which is paused" : "";
    return [`Not in ${region}${paused}. `, ...links("There is one in ", here.map((other) => [index.regions[other].code, link({ region: index.regions[other].code })]))];
  }
  const reason = entry === undefined ? "nobody has asked for it there" : WHY[entry.state] + (entry.code ? ` (${entry.code})` : "");
  const others = nearestRuntimes(index, python, architecture).filter((other) => index.layer(one, other, at) !== undefined);
  const place = others.map((other) => {
    const { python: otherPython, architecture: otherArchitecture } = index.runtimes[other];
    return [`${otherPython} ${otherArchitecture}`, link({ python: otherPython, architecture: otherArchitecture })];
  });
  return [`No layer for Python ${python} ${architecture}: ${reason}. `, ...links("There is one for ", place)];
}

function links(before, places) {
  const parts = [];
  places.slice(0, ELSEWHERE_MAX).forEach(([text, href], at) => {
    const anchor = make("a", "", text);
    anchor.href = href;
    parts.push(at === 0 ? before : ", ", anchor);
  });
  if (places.length > ELSEWHERE_MAX) parts.push(` and ${places.length - ELSEWHERE_MAX} more`);
  return parts.length > 0 ? [...parts, "."] : [];
}

// The same Python on another machine first, then the newest.
function nearestRuntimes(index, python, architecture) {
  const distance = ({ python: other, architecture: machine }) => [other === python ? 0 : 1, machine === architecture ? 0 : 1];
  return [...index.runtimes.keys()].reverse().sort((a, b) => {
    const [one, other] = [distance(index.runtimes[a]), distance(index.runtimes[b])];
    return one[0] - other[0] || one[1] - other[1];
  });
}
