// Every page of the site, and of a site whose texts are hostile, read by a validator.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { folder, tool } from "./harness.mjs";

const { HtmlValidate, StaticConfigLoader } = await tool("html-validate");

const RULES = {
  // A matter of taste: Markdown and Tera write it otherwise, and it is valid both ways.
  "attribute-boolean-style": "off",
  "attribute-empty-style": "off",
  "doctype-style": "off",
  "void-style": "off",
  // White space at the end of a line is what templates leave.
  "no-trailing-whitespace": "off",
  // A title is as long as the name of its package.
  "long-title": "off",
  // Ids come from headings and names, as anchors that others link to: any id that a browser takes.
  "valid-id": ["error", { relaxed: true }],
  // The last break opportunities are for readers, whatever a table's cell is called.
  "no-raw-characters": ["error", { relaxed: true }],
  // It wants `<section>` for `role="group"`, which would be a landmark for each table.
  "prefer-native-element": ["error", { exclude: ["group", "region", "status", "list"] }],
  // The search works by itself, with every key, and is there only where scripts are.
  "wcag/h32": "off",
  // A list of results has a name, which a browser tells, as it does of all that have a role.
  "aria-label-misuse": ["error", { allowAnyNamable: true }],
  // Boxes of one question share its name.
  "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button", "reset"] }],
  // Files are served from the same origin as the page.
  "require-sri": "off",
};

const validator = new HtmlValidate(new StaticConfigLoader({
  root: true,
  extends: ["html-validate:recommended", "html-validate:document", "html-validate:a11y"],
  rules: RULES,
}));

test("every page is valid HTML", async () => {
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
  const found = new Map();
  let pages = 0;
  for (const file of files) {
    const text = await readFile(join(folder, file), "utf8");
    // The second API's answers have the endings of pages.
    if (!text.startsWith("<!DOCTYPE html>")) continue;
    pages += 1;
    const report = await validator.validateString(text, file);
    for (const { ruleId, message, line, column } of report.results.flatMap((result) => result.messages)) {
      const kind = `${ruleId}: ${message}`;
      found.set(kind, [...(found.get(kind) ?? []), `${file}:${line}:${column}`]);
    }
  }
  assert.ok(pages > 30, `${pages} pages`);
  assert.deepEqual([...found].map(([kind, places]) => `${kind} (${places.length} times, as ${places.slice(0, 3).join(", ")})`), []);
});
