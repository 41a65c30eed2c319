// One of each page type of the world, and every page that is made of Markdown: its name for tests and pictures, and its path.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { folder } from "./harness.mjs";

/** One page of each type, as pairs of name and path. */
export const TYPES = [
  ["home", ""],
  ["package", "packages/pandas/"],
  ["package-failed", "packages/opencv-python-headless/"],
  ["package-never-built", "packages/ujson/"],
  ["package-gone", "packages/simplejson/"],
  ["table", "api/v2/p3.13-arm64/layers/latest/eu-west-1/html/"],
  ["table-empty", "api/v2/p3.10/layers/latest/us-west-2/html/"],
  ["status", "status/"],
  ["arn", "arn/"],
  ["request", "request/"],
  ["docs", "docs/"],
  ["api-reference", "api-reference/"],
  ["404", "no/such/page/"],
];

/** The pages that are made of Markdown. */
export const CONTENT = content();

/** What a page may have to say that others may not: the host's answer to an unknown address is an error. */
export const allowed = (name) => (name === "404" ? [/^refused request: 404 .*\/no\/such\/page\/$/, /^console: Failed to load resource.*\/no\/such\/page\/\)$/] : []);

function content() {
  const known = new Set(TYPES.map(([, path]) => path));
  const names = readdirSync(folder).sort();
  return names.filter((name) => !known.has(`${name}/`) && existsSync(join(folder, name, "index.html"))).map((name) => [`content-${name}`, `${name}/`]);
}
