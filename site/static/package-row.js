// What a row of the package table may ask for, and how it is written. Data in, an answer out; no page. The same cases as the program that
// reads the table has are held against this file: tests/browser/package-rows.json.

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const ARCHIVE = /\.(?:whl|tbz|txz|tlz|zip|tgz|tar|tar\.(?:bz2|xz|lz|lzma|gz))$/;
// A version, as PEP 440 takes it.
const RELEASE = String.raw`v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*`;
const REST = String.raw`(?:[-_.]?(?:alpha|beta|preview|pre|rc|a|b|c)[-_.]?[0-9]*)?(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?(?:[-_.]?dev[-_.]?[0-9]*)?`;
const LOCAL = String.raw`(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?`;
const VERSION = new RegExp(`^${RELEASE}${REST}${LOCAL}$`, "i");
const ANY_OF_RELEASE = new RegExp(`^${RELEASE}\\.\\*$`, "i");
const OPERATORS = ["===", "==", "!=", "~=", "<=", ">=", "<", ">"];

/**
 * Whether `text` asks for a package: `{ cell, name, normalized, extras }` with what stands in the row's first column, or `{ refused, words }`
 * with one of `empty`, `direct-reference`, `marker`, `name`, `syntax` and what is wrong, for people.
 */
export function request(text) {
  const asked = text.trim();
  if (asked === "") return refuse("empty", "");
  if (asked.includes("://") || asked.includes("@") || /^[./~\\]/.test(asked)) {
    return refuse("direct-reference", "This is an address or a path. Layers are made of what the package index has: give the package's name there.");
  }
  if (/^-/.test(asked)) return refuse("name", "This is an option of pip. Give the name of a package alone.");
  const pip = asked.match(/^(?:pip3?|uv|poetry)\s+(?:install|add|pip install)\s+(.*)$/);
  if (pip) return refuse("name", `Give the name alone: ${pip[1]}`);
  const name = asked.split(/[[<>=!~;(]/)[0].trimEnd();
  if (!NAME.test(name)) return refuse("name", nameWords(name));
  if (asked.includes(";")) {
    return refuse("marker", "Leave out what comes after “;”: a row holds for each runtime of its file, with no condition.");
  }
  let rest = asked.slice(name.length).trimStart();
  const extras = [];
  if (rest.startsWith("[")) {
    const end = rest.indexOf("]");
    if (end < 0) return refuse("syntax", "The list of extras is not closed: “]” is missing.");
    const listed = rest.slice(1, end).trim();
    if (listed !== "") {
      for (const extra of listed.split(",").map((part) => part.trim())) {
        if (!isExtra(extra)) return refuse("syntax", extra === "" ? "An extra is missing before or after a comma." : `“${extra}” is not the name of an extra.`);
        extras.push(normalise(extra));
      }
    }
    rest = rest.slice(end + 1).trimStart();
  }
  if (extras.length === 0 && ARCHIVE.test(name)) return refuse("syntax", "This is the name of a file. Give the name of the package.");
  const bounds = boundsOf(rest);
  if (bounds.refused) return bounds;
  const spelled = extras.length === 0 ? name : `${name}[${[...new Set(extras)].sort().join(",")}]`;
  return { cell: spelled + bounds.cell, name, normalized: normalise(name), extras: [...new Set(extras)].sort(), spelled };
}

const refuse = (refused, words) => ({ refused, words });

/** Names compare by this form. */
export const normalise = (name) => name.toLowerCase().replace(/[-_.]+/g, "-");

const isExtra = (extra) => NAME.test(extra);

function nameWords(name) {
  if (/\s/.test(name)) return "One package per row: a name has no spaces.";
  if (name.includes(",")) return "One package per row: a name has no commas.";
  if (/^[-_.]|[-_.]$/.test(name)) return "A name begins and ends with a letter or digit.";
  if (name === "") return "The name is missing.";
  return "A name has letters, digits, “-”, “_” and “.” alone.";
}

function boundsOf(text) {
  let inner = text;
  if (text.startsWith("(")) {
    const end = text.indexOf(")");
    if (end < 0) return refuse("syntax", "“)” is missing.");
    if (text.slice(end + 1).trim() !== "") return refuse("syntax", "There is something after “)”.");
    inner = text.slice(1, end);
    if (inner.trim() === "") return refuse("syntax", "There is no version between “(” and “)”.");
  }
  if (inner.trim() === "") return { cell: "" };
  if (!/^\s*[<>=!~]/.test(inner)) return refuse("syntax", "After the name come extras in [ ], or a bound such as <4.");
  const bounds = [];
  for (const part of inner.split(",")) {
    const bound = boundOf(part.trim());
    if (bound.refused) return bound;
    bounds.push(bound.cell);
  }
  return { cell: bounds.join(",") };
}

function boundOf(text) {
  if (text === "") return refuse("syntax", "A bound is missing before or after a comma.");
  const written = text.match(/^[=!~<>]*/)[0];
  if (written === "=") return refuse("syntax", "One “=” is not a comparison: write “==”.");
  if (!OPERATORS.includes(written)) return refuse("syntax", `“${written || text}” is not a comparison such as <, >= or ==.`);
  const version = text.slice(written.length).trim();
  if (version === "") return refuse("syntax", `A version is missing after “${written}”.`);
  if (ANY_OF_RELEASE.test(version)) {
    if (written !== "==" && written !== "!=") return refuse("syntax", `“.*” goes with == and != alone.`);
  } else if (!VERSION.test(version)) {
    return refuse("syntax", `“${version}” is not a version.`);
  }
  if (version.includes("+") && !["==", "!=", "==="].includes(written)) return refuse("syntax", `A version with “+” goes with == and != alone.`);
  if (written === "~=" && !/^v?(?:[0-9]+!)?[0-9]+\.[0-9]/i.test(version)) return refuse("syntax", "“~=” takes a version of two numbers at least, as ~=1.4.");
  return { cell: written + version };
}

/** A field of a CSV file: on one line, in quotes where it must be. */
export function field(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

/** The row: what is asked for, its licence and who maintains it. */
export function row(cell, license = "", maintainer = "") {
  return [cell, license, maintainer].map(field).join(",");
}

/**
 * The files that ask for the `wanted` runtimes and for no other: `{ files, missing }`, from `runtimes` of which each has an `id` and its `files`.
 * As few as can be found; `missing` are those that no file asks for alone.
 */
export function files(wanted, runtimes) {
  const takers = new Map();
  for (const { id, files: names } of runtimes) for (const name of names) takers.set(name, [...(takers.get(name) ?? []), id]);
  const fitting = [...takers].filter(([, ids]) => ids.every((id) => wanted.includes(id))).sort((one, other) => other[1].length - one[1].length);
  const missing = new Set(wanted);
  const chosen = [];
  for (const [name, ids] of fitting) {
    if (!ids.some((id) => missing.has(id))) continue;
    // A package stands once for a runtime.
    if (!ids.every((id) => missing.has(id))) continue;
    chosen.push({ name, runtimes: ids });
    ids.forEach((id) => missing.delete(id));
  }
  return { files: chosen, missing: [...missing] };
}
