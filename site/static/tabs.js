// Makes tabs of the sections in each `.tabs`, which without scripts stand below each other: the arrow keys, Home and End move between
// them. The section that the address names is shown, else the one that was looked at last, else the first.

// Other sites may share the host, and so its storage: the top of this site tells them apart.
const KEY = `tab ${new URL("..", import.meta.url).pathname}`;

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(id) {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // The next page begins with the first tab.
  }
}

function make(tabs) {
  const list = tabs.querySelector(".tablist");
  const panels = [...tabs.querySelectorAll(":scope > .panel")];
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Copy as");
  const buttons = panels.map((panel) => {
    const button = document.createElement("button");
    button.type = "button";
    button.id = `${panel.id}-tab`;
    button.textContent = panel.querySelector("h3").textContent;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    return button;
  });
  list.replaceChildren(...buttons);

  function show(number) {
    for (const [at, button] of buttons.entries()) {
      const is = at === number;
      button.setAttribute("aria-selected", String(is));
      button.tabIndex = is ? 0 : -1;
      panels[at].hidden = !is;
    }
  }

  function choose(number) {
    show(number);
    buttons[number].focus();
    remember(panels[number].id);
  }

  list.addEventListener("click", (event) => {
    const number = buttons.indexOf(event.target.closest("button"));
    if (number >= 0) choose(number);
  });
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    choose(to);
  });

  const number = (id) => panels.findIndex((panel) => panel.id === id);
  show(Math.max(0, [location.hash.slice(1), remembered()].map(number).find((at) => at >= 0) ?? 0));
  tabs.classList.add("ready");
  window.addEventListener("hashchange", () => {
    const at = number(location.hash.slice(1));
    if (at >= 0) show(at);
  });
}

for (const tabs of document.querySelectorAll(".tabs")) make(tabs);
