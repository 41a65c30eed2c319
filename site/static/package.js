// The page of a package follows what is chosen: Python, architecture and region. Everything is on the page already; this shows
// the runtime that is chosen, and puts its ARN and its names into the snippets, as text.

import { read, write } from "./choice.js";
import { say } from "./copy.js";

// What stands for the site's address where nobody knew it when the page was made.
const EXAMPLE = "https://layers.example/";

const element = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];

const name = document.querySelector("[data-package]").dataset.package;
const selects = { python: element("python"), architecture: element("architecture"), region: element("region") };
const tables = new Map(all("#arns > details").map((details) => [details.dataset.runtime, details]));
const defaults = Object.fromEntries(Object.entries(selects).map(([key, select]) => [key, select.querySelector("[selected]")?.value ?? select.value]));

function known(key, value) {
  return [...selects[key].options].some((option) => option.value === value);
}

const runtimeOf = ({ python, architecture }) => `p${python}${architecture === "x86_64" ? "" : `-${architecture}`}`;

/** The rows of a runtime: region, ARN and version. */
function rows(details) {
  return [...details.querySelectorAll("tbody tr")].map((row) => {
    const cell = row.cells[1];
    return { region: row.cells[0].textContent, arn: cell.firstChild.data.trim(), version: cell.querySelector("small")?.textContent ?? details.dataset.version, cell };
  });
}

function setParts(parts) {
  for (const [part, text] of Object.entries(parts)) {
    for (const place of all(`[data-part="${part}"]`)) place.textContent = text;
  }
}

function showLayer(choice, id, layer) {
  const { python, architecture, region } = choice;
  setParts({
    arn: layer.arn,
    version: layer.version,
    python,
    architecture,
    region,
    id,
    runtime: `python${python}`,
    "cdk-python": `PYTHON_${python.replace(".", "_")}`,
    "cdk-architecture": architecture === "arm64" ? "ARM_64" : architecture.toUpperCase(),
  });
  element("copy-arn").dataset.what = `the ARN of ${name} ${layer.version} in ${region}`;
  const report = element("report");
  if (report) {
    const url = new URL(report.href);
    url.searchParams.set("title", `Broken: ${name} ${layer.version}`);
    url.searchParams.set("arn", layer.arn);
    url.searchParams.set("runtime", `python${python} on ${architecture}`);
    report.href = url.href;
  }
}

/** Why there is none, or what is to be known of the one that is there: the words of the list of runtimes. */
function showWhy(id) {
  const words = element(`why-${id}`);
  element("why").replaceChildren(...(words ? [...words.childNodes].map((node) => node.cloneNode(true)) : []));
  element("why").hidden = !words;
}

function absence({ python, architecture, region }, id) {
  const details = tables.get(id);
  // Where nothing was ever built nor asked for, the list of runtimes says nothing.
  const why = element(`why-${id}`) ? "" : " Nothing new is built for it.";
  if (!details) return `There is no layer of ${name} for Python ${python} on ${architecture}.${why}`;
  const regions = rows(details).map((row) => row.region);
  const named = regions.length > 4 ? `${regions.length} other regions` : regions.join(", ");
  return `There is no layer of ${name} for Python ${python} on ${architecture} in ${region}. There is one in ${named}.`;
}

/** Of each section with a part per runtime only that of the chosen one is shown: the sheet hides the others. */
function showRuntime(id) {
  for (const section of all("#arns, #inside, #history")) {
    const parts = [...section.querySelectorAll(":scope > details")];
    for (const part of parts) {
      const is = part.dataset.runtime === id;
      part.classList.toggle("chosen", is);
      part.open = is;
    }
    section.hidden = !parts.some((part) => part.open);
  }
  for (const link of all("[data-choose]")) {
    if (link.dataset.choose === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** Shows a choice. Returns what it comes to, in words. */
function show(choice) {
  const id = runtimeOf(choice);
  const details = tables.get(id);
  const layer = details && rows(details).find((row) => row.region === choice.region);
  for (const [key, select] of Object.entries(selects)) select.value = choice[key];
  if (layer) showLayer(choice, id, layer);
  element("there").hidden = !layer;
  element("absent").hidden = Boolean(layer);
  element("absent").textContent = layer ? "" : absence(choice, id);
  // What says something about the ARN says nothing where there is none.
  for (const part of [element("use"), element("check"), element("wrong")]) {
    if (part) part.hidden = !layer;
  }
  showWhy(id);
  showRuntime(id);
  return layer ? element("there").querySelector(".of").textContent : element("absent").textContent;
}

function choose(choice) {
  const said = show(choice);
  write(choice);
  say(said);
}

const chosen = () => Object.fromEntries(Object.entries(selects).map(([key, select]) => [key, select.value]));

/** Buttons where ARNs stand in a table: they do nothing without scripts, and many would make the page heavy. */
function addButtons(details) {
  if (details.querySelector("button")) return;
  for (const { region, arn, cell } of rows(details)) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy quiet";
    button.textContent = "Copy";
    button.dataset.copy = arn;
    button.dataset.what = `the ARN in ${region}`;
    const what = document.createElement("span");
    what.className = "visually-hidden";
    what.id = `copy-${details.dataset.runtime}-${region}`;
    what.textContent = `Copy the ARN in ${region}`;
    button.setAttribute("aria-describedby", what.id);
    cell.append(" ", button, what);
  }
}

for (const place of all('[data-part="site"]')) {
  if (place.textContent === EXAMPLE) place.textContent = new URL("..", import.meta.url).href;
}
for (const details of tables.values()) {
  details.addEventListener("toggle", () => details.open && addButtons(details));
  if (details.open) addButtons(details);
}
for (const select of Object.values(selects)) select.addEventListener("change", () => choose(chosen()));
for (const link of all("[data-choose]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const [, python, , architecture = "x86_64"] = link.dataset.choose.match(/^p([^-]+)(-(.+))?$/);
    choose({ ...chosen(), python, architecture });
  });
}

const first = read(defaults, known);
if (selects.python.options.length > 0 && selects.region.options.length > 0) {
  show(first);
  // What was remembered is put into the address too: whoever is sent the link sees the same.
  if (Object.keys(defaults).some((key) => first[key] !== defaults[key])) write(first);
}
