// The search on the first page: the state of its controls, the list of results, the keyboard. What is found, `search.js` says.

import { NAMES, read, write } from "./choice.js";
import { say } from "./copy.js";
import { Row } from "./result-row.js";
import { load, nameIn } from "./search.js";

const PAGE = 50;
// More than stand on a screen; what is below comes right after these are painted.
const AT_ONCE = 16;
// Browsers count how often the address changes, and stop a page that does it with every key.
const ADDRESS_MILLISECONDS = 250;
// A screen reader should say what was found, not what each letter found.
const SPOKEN_MILLISECONDS = 900;

// What a package can be called at all, as it is compared.
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const form = document.getElementById("search");
const box = document.getElementById("q");
const selects = Object.fromEntries(NAMES.map((name) => [name, document.getElementById(name)]));
const count = document.getElementById("count");
const list = document.getElementById("results");
const nothing = document.getElementById("nothing");
const more = document.getElementById("more");
const rows = [];
const waiting = {};

let index;
let found = [];
let shown = PAGE;

function choice() {
  return Object.fromEntries(NAMES.map((name) => [name, selects[name].value]));
}

/** The address of this page in the state that it has, or with some of it changed. */
function link(changes) {
  const state = { q: box.value.trim(), ...choice(), ...changes };
  return `?${new URLSearchParams(Object.entries(state).filter(([, value]) => value))}`;
}

// Does `what` when nothing more of its kind has come for a while.
function later(kind, milliseconds, what) {
  clearTimeout(waiting[kind]);
  waiting[kind] = setTimeout(what, milliseconds);
}

function words(number) {
  return `${number} package${number === 1 ? "" : "s"}`;
}

function search() {
  if (!index) return;
  found = index.find(box.value);
  shown = PAGE;
  draw();
}

/** Shows the list: the first rows at once, the others after they are painted. */
function draw(atOnce = AT_ONCE) {
  const chosen = choice();
  const place = {
    ...chosen, index, link,
    runtime: index.runtime(chosen.python, chosen.architecture),
    at: index.region(chosen.region),
    query: new URLSearchParams(chosen).toString(),
  };
  const visible = Math.min(shown, found.length);
  const drawRows = (from, to) => {
    for (let at = from; at < to; at += 1) {
      rows[at] ??= new Row(list);
      rows[at].show(found[at], place);
      rows[at].keep(true);
    }
  };
  drawRows(0, Math.min(visible, atOnce));
  rows.slice(visible).forEach((row) => row.keep(false));
  list.ariaBusy = String(visible > atOnce);
  clearTimeout(waiting.rest);
  if (visible > atOnce) {
    requestAnimationFrame(() => later("rest", 0, () => {
      drawRows(atOnce, Math.min(visible, found.length));
      list.ariaBusy = "false";
    }));
  }
  const total = index.packages.length;
  count.textContent = found.length === total ? words(total) : `${found.length} of ${words(total)}`;
  more.hidden = found.length <= shown;
  more.textContent = `Show ${Math.min(PAGE, found.length - shown)} more`;
  drawNothing();
}

// Nothing found: the names that come nearest, and the way to ask for it.
function drawNothing() {
  nothing.hidden = found.length > 0;
  if (found.length > 0) return;
  const line = (...parts) => {
    const element = document.createElement("p");
    element.append(...parts);
    return element;
  };
  const anchor = (href, text) => {
    const element = document.createElement("a");
    element.href = href;
    element.textContent = text;
    return element;
  };
  const near = index.nearest(box.value).flatMap(({ name }, at) => [at > 0 ? ", " : "Did you mean ", anchor(link({ q: name }), name)]);
  const asked = nameIn(box.value);
  const lines = [line(`No package here is called “${box.value.trim()}”.`)];
  if (near.length > 0) lines.push(line(...near, "?"));
  if (NAME.test(asked)) lines.push(line(anchor(`request/?${new URLSearchParams({ package: asked })}`, `Request ${asked}`)));
  nothing.replaceChildren(...lines);
}

/** After somebody changed something: the list, the address, what is spoken. */
function changed() {
  search();
  later("address", ADDRESS_MILLISECONDS, keep);
  later("spoken", SPOKEN_MILLISECONDS, () => say(found.length === 0 ? "No package" : words(found.length)));
}

function keep() {
  clearTimeout(waiting.address);
  write(choice(), { q: box.value.trim() });
}

// A change of state that a link of this page leads to needs no new page.
function follow(event) {
  const target = event.target.closest("a");
  if (!target?.getAttribute("href").startsWith("?") || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const state = new URLSearchParams(target.search);
  box.value = state.get("q") ?? "";
  for (const name of NAMES) if (state.has(name)) selects[name].value = state.get(name);
  box.focus();
  changed();
}

/** Copies the first ARN, or says why there is none. */
function copyFirst() {
  if (!index) return;
  if (box.value.trim() === "") say("Type the name of a package first");
  else if (found.length === 0) say("No package");
  else if (rows[0].button.hidden) say(rows[0].why.textContent);
  else rows[0].button.click();
}

// Which row has the focus; -1 for none, as while it is in the box.
function focused() {
  return rows.findIndex((row) => row.item.contains(document.activeElement));
}

function move(event, by) {
  const to = focused() + by;
  if (to >= Math.min(shown, found.length)) {
    if (!more.hidden) more.focus();
  } else if (to < 0) {
    box.focus();
  } else {
    rows[to]?.focus();
  }
  event.preventDefault();
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { activeElement } = document;
  const writes = activeElement?.matches("input, select, textarea, [contenteditable]");
  const at = focused();
  const inList = at >= 0 || activeElement === more;
  if (event.key === "/" && !writes) {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "ArrowDown" && (activeElement === box || at >= 0)) {
    if (found.length > 0) move(event, 1);
  } else if (event.key === "ArrowUp" && activeElement === more) {
    event.preventDefault();
    rows[Math.min(shown, found.length) - 1].focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    move(event, -1);
  } else if (event.key === "o" && at >= 0) {
    rows[at].name.click();
  } else if (event.key === "Escape" && inList) {
    box.focus();
  } else if (event.key === "Escape" && activeElement === box && box.value !== "") {
    event.preventDefault();
    box.value = "";
    changed();
  }
}

function showMore() {
  const first = shown;
  shown += PAGE;
  draw(shown);
  rows[first].focus();
}

async function start() {
  const known = (name, value) => [...selects[name].options].some((option) => option.value === value);
  for (const [name, value] of Object.entries(read(choice(), known))) selects[name].value = value;
  box.value = new URLSearchParams(location.search).get("q")?.slice(0, box.maxLength) ?? box.value;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
    copyFirst();
  });
  box.addEventListener("input", changed);
  box.addEventListener("blur", keepIfWaiting);
  form.addEventListener("change", (event) => event.target.matches("select") && changed());
  document.addEventListener("keydown", pressed);
  list.addEventListener("click", follow);
  nothing.addEventListener("click", follow);
  more.addEventListener("click", showMore);
  try {
    index = await load();
  } catch {
    count.textContent = "The search could not be loaded. All packages are listed below.";
    return;
  }
  search();
}

// Whoever leaves the box may leave the page: the address should be right to come back to.
let kept = "";
function keepIfWaiting() {
  if (kept !== box.value) keep();
  kept = box.value;
}

// A service without packages has no search.
if (form) start();
