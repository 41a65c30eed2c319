// The search: what is in `search.json`, which package somebody means, and the ARN of its layer. No page is touched here.
// The form of the file is explained where it is made: src/render/pages/search_index.rs.

const ADDRESS = new URL("../search.json", import.meta.url);

// Less than this is too little to be a typing error of something.
const SLIP_MIN_LENGTH = 4;
// No name is longer: what is pasted by mistake may be.
const TEXT_MAX_LENGTH = 200;

/** How names are compared: in small letters, and `-` for whatever stands between words. */
export function normalise(text) {
  return text.trim().toLowerCase().replace(/[-_.\s]+/g, "-");
}

/** The name in what somebody may have pasted: `import yaml`, `pip install "pandas[excel]>=2"`. */
export function nameIn(text) {
  const rest = text.slice(0, TEXT_MAX_LENGTH).trim().replace(/^(?:(?:python3? -m )?pip3? install|import|from)\s+/i, "").replace(/^["']+|["']+$/g, "");
  const name = rest.replace(/\s+(?:import|as)\s.*$|[[<>=!~;,(@].*$/s, "");
  return normalise(name || rest).replace(/^-+|-+$/g, "");
}

/** Fetches the index. */
export async function load() {
  const answer = await fetch(ADDRESS);
  if (!answer.ok) throw new Error(`search.json: ${answer.status}`);
  return new Index(await answer.json());
}

/** All packages, ready to be searched. */
export class Index {
  constructor(file) {
    this.runtimes = file.runtimes;
    this.regions = file.regions;
    this.states = file.states;
    this.spreads = file.spreads;
    this.packages = file.packages.map(([name, versions, entries, imports = []]) => ({
      name, versions, entries, imports,
      normalised: normalise(name),
      searched: imports.map(normalise),
    }));
  }

  /** The number of a runtime; -1 when there is none such. */
  runtime(python, architecture) {
    return this.runtimes.findIndex((runtime) => runtime.python === python && runtime.architecture === architecture);
  }

  /** The number of a region; -1 when there is none such. */
  region(code) {
    return this.regions.findIndex((region) => region.code === code);
  }

  /** The package of exactly this name, however it is spelled. */
  named(name) {
    const wanted = normalise(name);
    return this.packages.find((one) => one.normalised === wanted);
  }

  /** The packages that `text` may mean, the likeliest first: each with `imported`, the name to import that was asked for. */
  find(text) {
    const wanted = nameIn(text);
    if (wanted === "") return this.packages.map((one) => ({ package: one, imported: undefined }));
    const ranked = (how) => this.packages.map((one, order) => ({ package: one, order, ...how(one, wanted) })).filter((match) => match.rank !== undefined);
    let found = ranked(rank);
    // Slips would stand among what was meant: only where nothing was.
    if (found.length === 0 && wanted.length >= SLIP_MIN_LENGTH) found = ranked(slip);
    return found.sort((a, b) => a.rank - b.rank || a.order - b.order);
  }

  /** The names that look most like `text`, for somebody who found nothing. */
  nearest(text, count = 3) {
    const wanted = nameIn(text);
    const limit = Math.max(2, Math.floor(wanted.length / 3));
    const near = [];
    for (const one of this.packages) {
      const distance = Math.min(...[one.normalised, ...one.searched].map((name) => (Math.abs(name.length - wanted.length) > limit ? Infinity : edits(wanted, name))));
      if (distance <= limit) near.push({ one, distance });
    }
    return near.sort((a, b) => a.distance - b.distance).slice(0, count).map(({ one }) => one);
  }

  /** What a package is on a runtime: its state, the code of the reason, and its parts. Undefined where nobody asks for it. */
  entry(one, runtime) {
    const entry = one.entries[runtime] ?? undefined;
    if (entry === undefined) return undefined;
    const [state, ...parts] = typeof entry === "number" ? [0, [entry]] : entry;
    return {
      state: this.states[state][0],
      code: this.states[state][1],
      parts: parts.map(([number, version = 0, spread = 0, head = ""]) => ({ number, version: one.versions[version], spread: this.spreads[spread], head })),
    };
  }

  /** The latest layer of a package: its version and ARN. Undefined where it has none. */
  layer(one, runtime, region) {
    for (const part of this.entry(one, runtime)?.parts ?? []) {
      const extra = extraIn(part.spread, region);
      if (extra === undefined) continue;
      const head = part.head ? part.head.replace("*", this.regions[region].code) : this.regions[region].head + this.runtimes[runtime].head + one.name.replaceAll(".", "-");
      return { version: part.version, arn: `${head}:${part.number + extra}` };
    }
    return undefined;
  }

  /** The regions in which a package has a layer, by number. */
  regionsOf(one, runtime) {
    return [...this.regions.keys()].filter((region) => this.layer(one, runtime, region) !== undefined);
  }
}

// What a spread adds in a region; undefined where there is no layer.
function extraIn(spread, region) {
  for (const [extra, regions] of Object.entries(spread)) {
    if (regions.includes(region)) return extra === "-" ? undefined : Number(extra);
  }
  return 0;
}

// How well a package is meant: the less, the better. Undefined when it is not.
function rank({ normalised, searched, imports }, wanted) {
  if (normalised === wanted) return { rank: 0 };
  const exactly = searched.indexOf(wanted);
  if (exactly >= 0) return { rank: 1, imported: imports[exactly] };
  if (normalised.startsWith(wanted)) return { rank: 2 };
  if (normalised.includes(`-${wanted}`)) return { rank: 3 };
  const begun = searched.findIndex((name) => name.startsWith(wanted));
  if (begun >= 0) return { rank: 4, imported: imports[begun] };
  return normalised.includes(wanted) ? { rank: 5 } : undefined;
}

// The same for what is meant in spite of a slip: the name as long as what was typed comes first.
function slip({ normalised, searched, imports }, wanted) {
  if (isOneSlip(wanted, normalised)) return { rank: Math.abs(normalised.length - wanted.length) };
  const slipped = searched.findIndex((name) => isOneSlip(wanted, name));
  return slipped >= 0 ? { rank: Math.abs(searched[slipped].length - wanted.length), imported: imports[slipped] } : undefined;
}

/** Whether `typed` is how `name` begins, but for one letter that is wrong, missing, too many, or swapped with the next. */
export function isOneSlip(typed, name) {
  let at = 0;
  while (at < typed.length && typed[at] === name[at]) at += 1;
  // A slip in the first letter is rare, and would find half of all short names.
  if (at === 0 || at === typed.length) return at > 0;
  const goesOn = (rest, from) => name.startsWith(rest, from);
  return (
    goesOn(typed.slice(at + 1), at + 1) ||
    goesOn(typed.slice(at + 1), at) ||
    goesOn(typed.slice(at), at + 1) ||
    (typed[at] === name[at + 1] && typed[at + 1] === name[at] && goesOn(typed.slice(at + 2), at + 2))
  );
}

// How many letters must be changed, taken out, put in or swapped to make one word of the other.
function edits(one, other) {
  let before = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const differs = one[row - 1] === other[column - 1] ? 0 : 1;
      next[column] = Math.min(last[column] + 1, next[column - 1] + 1, last[column - 1] + differs);
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (swapped) next[column] = Math.min(next[column], before[column - 2] + 1);
    }
    [before, last] = [last, next];
  }
  return last[other.length];
}
