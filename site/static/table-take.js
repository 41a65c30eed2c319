// Rows of a table as a file: CSV (RFC 4180) and JSON, with the columns and in the forms of the whole files of the API.

// Whatever steers or cannot be seen becomes a space, as in the whole files.
const STEERS = /[\s\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;

// A spreadsheet takes none of it for a formula.
function cell(text) {
  const line = text.replace(STEERS, " ").trim();
  const harmless = /^[=+\-@]/.test(line) ? `'${line}` : line;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A CSV file of `names` and rows of texts. */
export function csv(names, rows) {
  return [names, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** A JSON file of the same: an array of objects whose keys are sorted. */
export function json(names, rows) {
  const keys = names.map((name, at) => [name, at]).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify(rows.map((row) => Object.fromEntries(keys.map(([name, at]) => [name, row[at]]))))}\n`;
}

/** Has the browser save `text` as the file `name`. */
export function save(text, type, name) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then; without this it would stay in memory as long as the page.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
