// The search among a thousand packages: how long it is from a key to the paint of what was found.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { folder, go, journey, settled } from "./harness.mjs";

const KEY_MAX_MILLISECONDS = 50;
const INDEX_MAX_BYTES = 100_000;
// The generator makes names of syllables: some letters are in many of them, and the last words in none.
const WORDS = ["alpyfi", "graph-kit", "daneor", "libflow", "import yaml", "zzqqxxyy"];

const sorted = (numbers) => numbers.toSorted((a, b) => a - b);
const median = (numbers) => sorted(numbers)[Math.floor(numbers.length / 2)];

journey("every key has its answer at once", { width: "phone" }, async (page) => {
  await go(page);
  await settled(page);
  const box = page.locator("#q");
  await box.focus();
  await page.evaluate(() => {
    window.measured = [];
    document.getElementById("q").addEventListener("input", (event) => {
      const begin = event.timeStamp;
      // A message that is sent in the frame comes when that frame is painted.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => window.measured.push(performance.now() - begin);
        channel.port2.postMessage("painted");
      });
    });
  });
  const all = [];
  const counts = new Set();
  for (const word of WORDS) {
    await box.fill("");
    await settled(page);
    await page.evaluate(() => { window.measured = []; });
    for (let at = 0; at < word.length; at += 1) {
      await page.keyboard.press(word[at] === " " ? "Space" : word[at]);
      await page.waitForFunction((count) => window.measured.length === count, at + 1);
      counts.add(await page.locator("#count").textContent());
    }
    const times = await page.evaluate(() => window.measured);
    await page.evaluate(() => { window.measured = []; });
    console.log(`${word.padEnd(12)} median ${median(times).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms`);
    all.push(...times);
  }
  console.log(`all ${all.length} keys: median ${median(all).toFixed(1)} ms, worst ${Math.max(...all).toFixed(1)} ms`);
  assert.ok(counts.size > 5, `the list does not change: ${[...counts]}`);
  assert.ok(median(all) <= KEY_MAX_MILLISECONDS, `${median(all)} ms`);
});

journey("the index is small enough to be fetched at once", {}, async (page) => {
  const index = readFileSync(join(folder, "search.json"));
  const bytes = gzipSync(index).length;
  console.log(`search.json: ${index.length} bytes, ${bytes} compressed; the first page: ${gzipSync(readFileSync(join(folder, "index.html"))).length} compressed`);
  assert.ok(bytes <= INDEX_MAX_BYTES, `${bytes} bytes`);
  await go(page);
  await settled(page);
  assert.match(await page.locator("#count").textContent(), /1,?000 packages/);
});
