// Layers in a text, and what they are: no page, no network, only data in and an answer out. Texts are what people paste: an ARN,
// the name of a layer, a whole error message, a template. An answer is a `kind` with its facts; the words for it are in arn-words.js.

/** How many layers of one text are looked at. */
export const MOST = 20;
// A template is shorter; what comes behind is not looked at.
const LONGEST = 200_000;

const ARN = /arn:([a-z0-9-]+):([a-z0-9-]+):([^:\s"'`]*):([^:\s"'`]*):([^\s"'`,;<>()[\]{}|\\]+)/gi;
const PLACEHOLDER = /\$?\{\{?[^{}\n]{0,80}\}?\}|<[^<>\n]{1,40}>|\$\([^()\n]{0,80}\)/g;
const DIGITS = /^[0-9]{1,15}$/;

/**
 * The layers in `given`, at most `MOST`: `{ layers, others, left, cause }`. Each of `layers` has `partition`, `region`, `account`, `layer`,
 * `number`; what the text does not say, or says by a placeholder, is null. `others` are ARNs of something else, `left` is how many
 * more layers there were, and `cause` is what AWS gives as the reason, if the text is its refusal.
 */
export function find(given, prefix) {
  const text = given.slice(0, LONGEST);
  const whole = inText(text, prefix);
  // A terminal that is too narrow cuts an ARN in two, of which the end is still a name.
  const isWhole = ({ layers }) => layers.some(({ account }) => account !== null);
  if (!isWhole(whole) && /arn:/i.test(text) && /\s/.test(text)) {
    const joined = inText(text.replace(/\s+/g, ""), prefix);
    if (isWhole(joined)) return { ...joined, cause: cause(text) };
  }
  return { ...whole, cause: cause(text) };
}

function inText(text, prefix) {
  const plain = text.replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "").replace(/%3A/gi, ":").replace(PLACEHOLDER, "*");
  const layers = new Map();
  const others = [];
  const add = (layer) => layers.has(written(layer)) || layers.set(written(layer), layer);
  const rest = plain.replace(ARN, (whole, partition, service, region, account, resource) => {
    const layer = layerOf(partition, service, region, account, resource);
    if (layer) add(layer);
    else if (!others.includes(whole)) others.push(whole);
    return " ";
  });
  const named = new RegExp(`(?<![\\w-])(${prefix.replace(/[^\w-]/g, "")}-[A-Za-z0-9_-]+)(?::([0-9]{1,15}))?(?![\\w-])`, "gi");
  for (const [, layer, number] of rest.matchAll(named)) {
    add({ partition: null, region: null, account: null, layer, number: number === undefined ? null : Number(number) });
  }
  const all = [...layers.values()];
  return { layers: all.slice(0, MOST), others, left: Math.max(0, all.length - MOST) };
}

function layerOf(partition, service, region, account, resource) {
  const [type, name, number] = resource.replace(/[.:…]+$/, "").split(":");
  if (service.toLowerCase() !== "lambda" || type?.toLowerCase() !== "layer" || !/^[A-Za-z0-9_-]{1,140}$/.test(name ?? "")) return null;
  const known = (part) => (part === "" || part.includes("*") ? null : part);
  return {
    partition: known(partition.toLowerCase()),
    region: known(region.toLowerCase()),
    account: known(account),
    layer: name,
    number: DIGITS.test(number ?? "") ? Number(number) : null,
  };
}

/** The layer as it is written: whole as an ARN, or what is known of it. */
export function written({ partition, region, account, layer, number }) {
  const end = number === null ? layer : `${layer}:${number}`;
  return region === null && account === null ? end : `arn:${partition ?? "aws"}:lambda:${region ?? "*"}:${account ?? "*"}:layer:${end}`;
}

// The ends of the message are laid down by IAM's documentation, "Troubleshoot access denied error messages".
const CAUSES = [
  [/explicit deny in an? (service control|resource control|identity-based|resource-based|session|vpc endpoint) policy/i, "deny"],
  [/explicit deny in a permissions boundary/i, "deny"],
  [/no identity-based policy allows/i, "identity"],
  [/no service control policy allows/i, "organisation"],
  [/no resource control policy allows/i, "organisation"],
  [/no permissions boundary allows/i, "boundary"],
  [/no session policy allows/i, "session"],
  [/no vpc endpoint policy allows/i, "endpoint"],
  [/no resource-based policy allows/i, "resource"],
];

/** What a message of AWS gives as the reason for its refusal: a word, or null. */
export function cause(text) {
  const line = text.replace(/\s+/g, " ");
  const found = CAUSES.find(([pattern]) => pattern.test(line));
  return found ? found[1] : null;
}

/** Names compare by this form. */
export function normalise(name) {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/**
 * What the layer's name tells: `{ exists, runtime, end, packages }`. `exists` when a layer of the name, whatever its capitals, was ever
 * published here; `runtime` is one of `service.runtimes` or null, `python` what the name says of it, `end` is what stands behind.
 */
export function parts(name, service, names) {
  const lower = name.toLowerCase();
  const rest = lower.startsWith(`${service.prefix.toLowerCase()}-`) ? name.slice(service.prefix.length + 1) : null;
  // `p313-arm64-` as now, and `python38-` as Klayers called them long ago.
  const old = rest?.match(/^p(?:ython)?(\d)\.?(\d{1,2})-?(arm64-)?(.*)$/i);
  const runtime = old ? (service.runtimes.find(({ infix }) => infix === `p${old[1]}${old[2]}${old[3] ? "-arm64" : ""}`) ?? null) : null;
  const end = old ? old[4] : (rest ?? name);
  const told = {
    runtime,
    python: old ? `${old[1]}.${old[2]}` : null,
    architecture: old ? (old[3] ? "arm64" : "x86_64") : null,
    end,
    isOldForm: Boolean(old) && /^python/i.test(rest),
  };
  const owner = names.packages.find((row) => ends(row, names).has(lower.slice(service.prefix.length + 1)) && rest !== null);
  const exists = owner !== undefined || names.others.includes(lower);
  const same = names.packages.find((row) => normalise(row.name) === normalise(end)) ?? null;
  return { ...told, exists, owner: owner ?? same };
}

// Every layer of a package without the prefix, in small letters.
function ends(row, names) {
  row.ends ??= new Set(Object.entries(row.layers).flatMap(([end, on]) => on.map((at) => `${infix(names.runtimes[at])}-${end.toLowerCase()}`)));
  return row.ends;
}

const infix = (id) => id.replace(".", "");

/** The names that are most like `word`, best first. */
export function nearest(word, names, most = 3) {
  const wanted = normalise(word);
  if (wanted === "") return [];
  const far = Math.max(1, Math.min(3, Math.floor(wanted.length / 2.5)));
  const scored = names.packages.map((row) => {
    const name = normalise(row.name);
    const begins = wanted.length >= 3 && (name.startsWith(wanted) || (wanted.startsWith(name) && name.length >= 3));
    return { row, score: begins ? Math.min(1.5, distance(wanted, name)) : distance(wanted, name) };
  });
  const near = scored.filter(({ score }) => score <= far).sort((one, other) => one.score - other.score || compare(one.row.name, other.row.name));
  return near.slice(0, most).map(({ row }) => row);
}

const compare = (one, other) => (one < other ? -1 : Number(one > other));

// Letters left out, put in, taken for others, or swapped with their neighbour.
function distance(one, other) {
  let [before, last] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      next[column] = Math.min(last[column] + 1, next[column - 1] + 1, last[column - 1] + Number(!same));
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) next[column] = Math.min(next[column], before[column - 2] + 1);
    }
    [before, last] = [last, next];
  }
  return last[other.length];
}

/**
 * What `layer` is. `service` is what the page knows of this service, `names` is arn/names.json, `file` is the API's file of the layer's
 * name, or null where `parts` says that there is none, and `now` a time in milliseconds.
 */
export function classify(layer, service, names, file, now) {
  const told = parts(layer.layer, service, names);
  const rows = file?.data.layers ?? [];
  const row = rows.find(({ layer: name }) => name === layer.layer) ?? rows[0] ?? null;
  const about = { layer, told, row, latest: row?.latest ?? {}, near: row ? [] : nearest(told.end, names) };
  const region = service.regions.find(({ code }) => code === layer.region) ?? null;

  const partitions = new Set(service.regions.map(({ partition }) => partition));
  if (layer.partition !== null && partitions.size > 0 && !partitions.has(layer.partition)) return { kind: "partition", ...about };
  if (layer.account !== null && !service.accounts.some(({ number }) => number === layer.account)) return { kind: "account", ...about };
  if (row === null) return { kind: "name", ...about };
  if (row.layer !== layer.layer) return { kind: "capitals", name: row.layer, ...about };
  if (layer.region === null) return layer.number === null ? { kind: "no-number", ...about } : { kind: "any-region", places: places(row, layer.number), ...about };
  if (region === null) return { kind: "region", ...about };

  const found = versions(row).filter((version) => version.region === layer.region);
  if (found.length === 0) return { kind: "not-here", region, ...about };
  if (layer.number === null) return { kind: "no-number", region, ...about };
  const version = found.find(({ number }) => number === layer.number);
  const highest = Math.max(...found.map(({ number }) => number));
  if (!version) return { kind: layer.number > highest ? "too-high" : "no-such-number", highest, region, ...about };
  return { kind: state(version.standing, now), days: daysLeft(version.standing, now), ...version, region, ...about };
}

// Every layer version of a layer, in all regions.
function versions(row) {
  return row.releases.flatMap((release) =>
    release.standings.flatMap((standing) =>
      Object.entries(standing.regions).map(([region, number]) => ({ release, standing, region, number }))),
  );
}

/** What number `number` of a layer is, by region. */
function places(row, number) {
  const found = versions(row).filter((version) => version.number === number);
  return found.map(({ region, standing, release }) => ({ region, state: standing.state, version: release.version }));
}

// The file is of the day on which the site was made.
function state(standing, now) {
  const isOver = standing.expires_at !== null && daysLeft(standing, now) <= 0;
  return standing.state === "deprecated" && isOver ? "expired" : standing.state;
}

const DAY = 86_400_000;

// It is no longer listed from the beginning of the day on, in universal time.
function daysLeft(standing, now) {
  return standing.expires_at === null ? null : Math.floor(Date.parse(standing.expires_at) / DAY) - Math.floor(now / DAY);
}
