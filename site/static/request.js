// The form on the page "Request a package": writes the row as one types, says what is wrong with it or that it is there already, and leads
// to where it goes. The rules are in package-row.js.

import { copy, say } from "./copy.js";
import { files, normalise, request, row } from "./package-row.js";

const root = new URL("..", import.meta.url);
const form = document.getElementById("form");
const input = Object.fromEntries(["package", "license", "maintainer"].map((id) => [id, document.getElementById(id)]));
const hint = document.getElementById("package-hint");
const runtimesHint = document.getElementById("runtimes-hint");
const boxes = [...form.querySelectorAll("input[type=checkbox]")];
const issue = document.getElementById("issue");
const { folder, repository } = form.dataset;
let names = null;

const runtimes = boxes.map((box) => ({ id: box.value, files: box.dataset.files.trim().split(/\s+/).filter(Boolean) }));
const wanted = () => boxes.filter((box) => box.checked).map((box) => box.value);

function update() {
  const asked = request(input.package.value);
  const isWrong = Boolean(asked.refused) && asked.refused !== "empty";
  if (isWrong) input.package.setAttribute("aria-invalid", "true");
  else input.package.removeAttribute("aria-invalid");
  hint.classList.toggle("bad", isWrong);
  if (asked.refused) hint.replaceChildren(asked.words);
  else hint.replaceChildren(...standing(asked));
  const chosen = wanted();
  if (runtimesHint) runtimesHint.replaceChildren(chosen.length === 0 ? "Choose one at least." : "");
  const isReady = !asked.refused && chosen.length > 0;
  document.getElementById("result").hidden = !isReady;
  if (isReady) showRow(asked, chosen);
  toIssue(asked, chosen);
}

// Whether it is there already, was there, or is new.
function standing({ normalized, name }) {
  const known = names?.packages.find((one) => normalise(one.name) === normalized);
  if (!known) return [names ? `${name} is not in the catalogue yet.` : ""];
  const page = link(new URL(`packages/${encodeURIComponent(normalized)}/`, root), known.name);
  const asked = known.asked.map((at) => names.runtimes[at]).filter((id) => runtimes.some((runtime) => runtime.id === id));
  if (asked.length === 0) return [page, " was here once and is no longer asked for. Its page has what became of it."];
  const twice = wanted().filter((id) => asked.includes(id));
  if (asked.length === runtimes.length) return [page, " is in the catalogue already, on every runtime. A second row would be refused."];
  if (twice.length > 0) return [page, ` is in the catalogue already, for ${twice.join(", ")}. A second row would be refused there: choose the others.`];
  return [page, ` is in the catalogue for ${asked.join(", ")}, and not yet for what you chose.`];
}

function showRow({ cell }, chosen) {
  document.getElementById("row").textContent = row(cell, input.license.value, input.maintainer.value);
  const found = files(chosen, runtimes);
  const places = found.files.map(({ name, runtimes: ids }) => {
    const whole = `${folder}/${name}`;
    const of = ids.length === runtimes.length ? "every runtime" : ids.join(", ");
    const title = element("p", { class: "file" }, "Goes into ", element("code", {}, whole), ` for ${of}`, repository ? ": " : ".");
    if (!repository) return title;
    const open = link(new URL(`edit/main/${encodePath(whole)}`, repository), "Copy the row and open the file on GitHub");
    open.setAttribute("target", "_blank");
    open.setAttribute("rel", "noopener");
    open.setAttribute("class", "button primary");
    open.addEventListener("click", copyRow);
    return element("div", {}, title, element("p", { class: "actions" }, open));
  });
  if (found.missing.length > 0) {
    places.push(element("p", { class: "file" }, `No file asks for ${found.missing.join(", ")} alone. Choose more runtimes, or ask in an issue.`));
  }
  document.getElementById("places").replaceChildren(...places);
}

async function copyRow() {
  say((await copy(document.getElementById("row").textContent)) ? "Copied the row" : "Could not copy the row: select it and copy it yourself");
}

// The form of the issue takes what stands in its address, by the names of its fields.
function toIssue(asked, chosen) {
  if (!issue) return;
  const url = new URL("issues/new", repository);
  url.searchParams.set("template", "new-package.yml");
  if (!asked.refused) {
    url.searchParams.set("title", `New package: ${asked.cell}`);
    url.searchParams.set("package", asked.cell);
    if (chosen.length < boxes.length) url.searchParams.set("runtimes", chosen.join(" "));
  }
  issue.setAttribute("href", url.href);
}

const encodePath = (path) => path.split("/").map(encodeURIComponent).join("/");

function link(url, text) {
  return element("a", { href: url.href }, text);
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

form.addEventListener("input", update);
// Spoken when somebody is done with the field, and not at each key.
input.package.addEventListener("change", () => hint.textContent && say(hint.textContent));

const asked = new URLSearchParams(location.search).get("package");
if (asked) input.package.value = asked.slice(0, 200);
update();
fetch(new URL("arn/names.json", root))
  .then((answer) => (answer.ok ? answer.json() : null))
  .then((answer) => {
    names = answer;
    update();
  })
  .catch(() => {
    // Without the names the row can still be written; a check finds what is there twice.
  });
