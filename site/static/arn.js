// The page "What is this ARN?": looks up what is typed or pasted, in arn/names.json and the API's files, and shows an answer for each
// layer. What the service is, stands on the page itself.

import { NAMES as CHOICES, read } from "./choice.js";
import { say } from "./copy.js";
import { causeWords, count, day, words } from "./arn-words.js";
import { classify, find, nearest, normalise, parts, written, MOST } from "./layer-arn.js";

const root = new URL("..", import.meta.url);
const box = document.getElementById("arn");
const answers = document.getElementById("answers");
const hint = document.getElementById("hint");
const service = readService(document.getElementById("service"));
const chosen = read(Object.fromEntries(CHOICES.map((name) => [name, ""])));
const kept = new Map();
let turn = 0;

function readService(element) {
  const all = (name) => [...element.querySelectorAll(`[data-${name}]`)].map(({ dataset }) => dataset);
  return {
    prefix: element.dataset.prefix,
    repository: element.dataset.repository,
    accounts: all("account").map(({ account, partition }) => ({ number: account, partition })),
    regions: all("region").map(({ region, name, partition, state }) => ({ code: region, name, partition, state })),
    runtimes: all("runtime").map(({ runtime, infix, python, architecture, state }) => ({ id: runtime, infix, python, architecture, state })),
  };
}

// A file of the site; kept, because people try one layer's name with many numbers.
function get(path) {
  if (!kept.has(path)) {
    const asked = fetch(new URL(path, root)).then((answer) => {
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return answer.json();
    });
    asked.catch(() => kept.delete(path));
    kept.set(path, asked);
  }
  return kept.get(path);
}

async function look() {
  turn += 1;
  const mine = turn;
  const text = box.value;
  const found = find(text, service.prefix);
  remember(found.layers);
  if (text.trim() === "") return show([], "");
  let results;
  try {
    const names = await get("arn/names.json");
    if (found.layers.length === 0) return mine === turn && show([], ...notFound(text, found.others, names));
    results = await Promise.all(found.layers.map(async (layer) => {
      const { exists } = parts(layer.layer, service, names);
      const path = `api/v3/arns/${encodeURIComponent(layer.layer.toLowerCase())}.json`;
      return classify(layer, service, names, exists ? await get(path) : null, Date.now());
    }));
  } catch {
    return mine === turn && show([], "This site could not be asked. Look at your connection, and change the text to try again.");
  }
  if (mine !== turn) return undefined;
  const left = found.left > 0 ? `These are the first ${MOST}; ${count(found.left, "more layer is", "more layers are")} in the text.` : "";
  return show(results.map((verdict) => card(verdict, found.cause, results.length)), left, [], results);
}

function notFound(text, others, names) {
  const word = text.trim();
  if (others.length > 0) {
    const type = others[0].split(":")[5] ?? "";
    const what = /^function/i.test(type) ? "a function" : "something else than a layer";
    return [`This is the ARN of ${what}. That of a layer has “:layer:” in it, as in ${box.placeholder}`];
  }
  if (/GetLayerVersion|not authorized|AccessDenied/i.test(word)) {
    return ["The message names no layer. Paste the part with its ARN, too, which begins with “arn:aws:lambda”."];
  }
  const near = word.length <= 100 && !/\s/.test(word) ? nearest(word, names) : [];
  if (near.length === 0) return [`No layer is named in this text. An ARN looks like ${box.placeholder}`];
  return ["This is not the ARN of a layer. It looks like the name of a package:", near.map((row) => packageLink(row.name))];
}

function show(cards, text, links = [], results = []) {
  hint.replaceChildren(...(text ? [element("p", {}, text, " ", ...spaced(links))] : []));
  answers.replaceChildren(...cards);
  const spoken = results.length === 1 ? cards[0].querySelector("h2").textContent : results.length > 1 ? `${results.length} layers found` : text;
  if (spoken) say(spoken);
}

// The address tells what is looked at, so that it can be sent to others.
function remember(layers) {
  const url = new URL(location.href);
  const query = layers.map((layer) => `arn=${encodeURIComponent(written(layer)).replaceAll("%3A", ":")}`);
  url.search = query.join("&");
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

function card(verdict, cause, total) {
  const { layer, told, row } = verdict;
  const said = words(verdict, service);
  const runtime = row ? service.runtimes.find(({ id }) => id === row.runtime) : told.runtime;
  const name = row?.name ?? told.owner?.name;
  const isAlive = ["latest", "deprecated"].includes(verdict.kind);
  const lines = [...said.lines, total === 1 ? causeWords(cause, isAlive) : null].filter(Boolean);
  const near = verdict.kind === "name" && !told.owner ? verdict.near : [];
  return element(
    "article",
    { class: `card verdict ${said.tone}`, "data-kind": verdict.kind },
    element("p", { class: "of" }, element("code", { class: "arn breaks" }, written(layer))),
    element("h2", {}, said.title, " ", element("span", { class: `badge ${said.tone}` }, said.badge)),
    name ? subject(verdict, name, runtime) : null,
    ...lines.map((line) => element("p", {}, line)),
    near.length > 0 ? element("p", {}, "Did you mean ", ...spaced(near.map((other) => packageLink(other.name))), "?") : null,
    said.instead && row ? instead(verdict, said.instead) : null,
    verdict.release ? facts(verdict) : null,
    element("p", { class: "more" }, ...spaced(more(verdict, name, runtime, cause))),
  );
}

// Loudly, because a layer of another Python or processor fails only when it is imported.
function subject({ row, release, layer }, name, runtime) {
  const version = release?.version && release.version !== name ? ` ${release.version}` : "";
  const fits = runtime ? [element("span", {}, `Python ${runtime.python}`), element("span", {}, runtime.architecture)] : [];
  const where = row && layer.region ? [element("span", {}, layer.region)] : [];
  return element("p", { class: "subject" }, element("span", { class: "what" }, `${name}${version}`), ...fits, ...where);
}

function instead({ layer, latest, kind }, heading) {
  const regions = Object.keys(latest);
  if (regions.length === 0) return element("p", { class: "instead" }, "Nothing took its place: the package has no layer on this runtime any more.");
  const wanted = [layer.region, chosen.region].find((region) => regions.includes(region));
  // Of a region that is ours and lacks it, that has to be said; the answers for other cases say it themselves.
  const isElsewhere = layer.region !== null && !regions.includes(layer.region) && !["not-here", "region", "partition", "account"].includes(kind);
  const output = element("code", { class: "arn breaks" });
  const button = element("button", { type: "button", class: "copy primary", "data-what": "the ARN" }, "Copy");
  const choice = element("select", {}, ...regions.map((region) => element("option", { value: region }, region)));
  const pick = () => {
    output.textContent = latest[choice.value];
    button.dataset.copy = latest[choice.value];
    button.dataset.what = `the ARN for ${choice.value}`;
  };
  choice.value = wanted ?? regions[0];
  choice.addEventListener("change", pick);
  pick();
  return element(
    "div",
    { class: "instead" },
    element("h3", {}, heading),
    isElsewhere ? element("p", {}, `${layer.region} has none now. Others have:`) : null,
    element(
      "div",
      { class: "line" },
      element("label", { class: "choose" }, "Region of the function", choice),
      element("div", { class: "copyable" }, output, button),
    ),
  );
}

function facts({ release, row, region, number }) {
  const size = (bytes) => `${(bytes / 1048576).toFixed(1)} MiB`;
  const tested = { passed: "passed", "not-tested": "not tested", unknown: "not recorded" }[release.import_test.state] ?? "not recorded";
  const papers = [["lock", release.lock], ["bill of materials", release.sbom]].filter(([, path]) => path);
  const rows = [
    ["Published", day(release.published_at)],
    ["Version of the layer", `${number} in ${region.name} (${region.code})`],
    ["Size", `${size(release.zip_bytes)}, unpacked ${size(release.unzipped_bytes)}`],
    ["Licence", release.license || "not known"],
    ["Import test", tested],
    ["In it", count(release.requirements.length, "distribution")],
    ["SHA-256", element("code", {}, release.code_sha256)],
    ...(papers.length > 0 ? [["Papers", element("span", {}, ...spaced(papers.map(([title, path]) => link(new URL(path, root), title))))]] : []),
  ];
  return element(
    "details",
    {},
    element("summary", {}, `What is in it`),
    element("dl", { class: "facts" }, ...rows.flatMap(([title, value]) => [element("dt", {}, title), element("dd", {}, value)])),
    element("p", {}, element("small", {}, `As ${row.layer} has it; the SHA-256 is what AWS gives as CodeSha256.`)),
  );
}

function more({ kind, layer, told, row }, name, runtime, cause) {
  const links = name ? [packageLink(name, `All about ${name}`)] : [];
  if (cause || !["latest", "deprecated"].includes(kind)) links.push(link(new URL("not-authorized/", root), "Why AWS says not authorized"));
  if (!row && !told.owner && told.end) links.push(link(new URL(`request/?package=${encodeURIComponent(told.end)}`, root), "Ask for this package"));
  if (service.repository && ["latest", "deprecated", "lost"].includes(kind)) links.push(report(layer, runtime));
  return links;
}

// The form of the issue takes what stands in its address, by the names of its fields.
function report(layer, runtime) {
  const url = new URL("issues/new", service.repository);
  url.searchParams.set("template", "broken-layer.yml");
  url.searchParams.set("title", `Broken: ${layer.layer}`);
  url.searchParams.set("arn", written(layer));
  if (runtime) url.searchParams.set("runtime", `python${runtime.python} on ${runtime.architecture}`);
  return link(url, "Report a problem");
}

const packageLink = (name, text = name) => link(new URL(`packages/${encodeURIComponent(normalise(name))}/`, root), text);
const link = (url, text) => element("a", { href: url.href }, text);
const spaced = (nodes) => nodes.flatMap((node, at) => (at === 0 ? [node] : [" · ", node]));

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

box.addEventListener("input", look);
document.getElementById("clear").addEventListener("click", () => {
  box.value = "";
  look();
  box.focus();
});
for (const example of document.querySelectorAll("button[data-example]")) {
  example.addEventListener("click", () => {
    box.value = example.dataset.example;
    look();
  });
}

const asked = new URLSearchParams(location.search).getAll("arn");
if (asked.length > 0) box.value = asked.join("\n");
if (box.value) look();
else box.focus({ preventScroll: true });
