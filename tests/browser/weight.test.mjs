// What pages weigh as a host sends them, which is compressed; printed, and of the first page limited.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { go, open, settled, site } from "./harness.mjs";
import { TYPES } from "./pages.mjs";

const HOME_MAX_BYTES = 60_000;
const INDEX = "search.json";

/** What each file that a page loads is when compressed, by its path. */
async function weigh(path, options = {}) {
  const { context } = await open({ ...options });
  const answers = [];
  context.on("response", (response) => answers.push(response));
  const page = await context.newPage();
  await go(page, path);
  await settled(page);
  const weights = new Map();
  for (const answer of answers) {
    const body = await answer.body();
    const packed = gzipSync(body).length;
    // What is packed already is sent as it is.
    weights.set(answer.url().replace(site, ""), Math.min(packed, body.length));
  }
  await context.close();
  return weights;
}

const sum = (weights) => [...weights].filter(([path]) => path !== INDEX).reduce((total, [, bytes]) => total + bytes, 0);

test("the first page is light before its index", async () => {
  const weights = await weigh("", { width: "phone" });
  for (const [path, bytes] of weights) console.log(`home: ${String(bytes).padStart(7)} bytes  ${path || "(document)"}`);
  assert.ok([...weights.keys()].some((path) => path.endsWith(".css")), "its files are seen");
  assert.ok(sum(weights) < HOME_MAX_BYTES, `${sum(weights)} bytes`);
});

test("what pages weigh", async () => {
  for (const [name, path] of TYPES.filter(([name]) => name !== "404")) {
    const weights = await weigh(path);
    const [[, own]] = weights;
    const index = weights.has(INDEX) ? `, and the index ${weights.get(INDEX)}` : "";
    console.log(`${name.padEnd(20)} ${String(own).padStart(7)} bytes, with its files ${String(sum(weights)).padStart(7)}${index}`);
  }
});
