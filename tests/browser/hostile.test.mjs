// A service of which strangers wrote every text, and its twin with plain words in their place (hostile.rs). Every page of both is
// opened, everything that can be typed into is typed into; nothing may run, be asked for, break out at the side, or be an element
// or an attribute that the twin has not.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { folder, open, settled, site } from "./harness.mjs";
import { overflow } from "./looks.mjs";

const benign = process.env.KLAYERS_BENIGN_SITE;
const ATTACKS = JSON.parse(process.env.KLAYERS_ATTACKS);
const PLAIN = process.env.KLAYERS_PLAIN;
const LONG = "W".repeat(10_000);
// 7919 × 7919: some template or formula was worked out.
const PRODUCT = "62710561";

const PAGES = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith(".html") && readFileSync(join(folder, file), "utf8").startsWith("<!DOCTYPE html>"))
  .map((file) => file.replace(/index\.html$/, ""))
  .filter((path) => path !== "404.html")
  .sort();
const TYPED_INTO = ["", "packages/attack-1/", "api/v2/p3.13-arm64/layers/latest/eu-west-1/html/", "status/", "arn/", "request/"];

const visitors = {};

/** A page on each of both sites, the same all the time. */
async function visit(top) {
  visitors[top] ??= (async () => {
    const { context, faults } = await open({ top });
    await context.addInitScript(() => {
      window.attacks = [];
      window.attacked = (number) => window.attacks.push(number);
    });
    return { page: await context.newPage(), context, faults };
  })();
  return visitors[top];
}

after(async () => {
  for (const visitor of Object.values(visitors)) await (await visitor).context.close();
});

/** What a page is made of: how often each element with its attributes is there. */
const made = (page) => page.evaluate(() => {
  const all = {};
  for (const element of document.querySelectorAll("*")) {
    const kind = [element.localName, ...element.getAttributeNames().sort()].join(" ");
    all[kind] = (all[kind] ?? 0) + 1;
  }
  return all;
});

/** What ran, or could run, or leads to where something runs. */
const ran = (page) => page.evaluate((product) => {
  const found = window.attacks.map((number) => `attack ${number} ran`);
  if ({}.polluted !== undefined) found.push("the prototype of everything is changed");
  if (document.documentElement.textContent.includes(product)) found.push("a formula was worked out");
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on/.test(name)) found.push(`<${element.localName} ${name}>`);
      const isAddress = ["href", "src", "action", "formaction", "data", "xlink:href"].includes(name);
      if (isAddress && !/^(https?|webcal|mailto):$/.test(new URL(value, location.href).protocol)) found.push(`<${element.localName} ${name}="${value.slice(0, 60)}">`);
      if (isAddress && new URL(value, location.href).hostname.endsWith("attack.example")) found.push(`<${element.localName} ${name}="${value.slice(0, 60)}">`);
    }
  }
  return found;
}, PRODUCT);

const opened = async (visitor, top, path) => {
  await visitor.page.goto(new URL(path, top).href, { waitUntil: "load" });
  await settled(visitor.page);
};

test("no page of hostile texts has what its twin has not", async () => {
  assert.ok(PAGES.length > 40, `${PAGES.length} pages`);
  const [hostile, twin] = [await visit(site), await visit(benign)];
  const found = [];
  for (const path of PAGES) {
    await opened(hostile, site, path);
    await opened(twin, benign, path);
    const [ours, theirs] = [await made(hostile.page), await made(twin.page)];
    for (const kind of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      if (ours[kind] !== theirs[kind]) found.push(`${path}: <${kind}> ${ours[kind] ?? 0} times, and ${theirs[kind] ?? 0} in the twin`);
    }
    found.push(...(await ran(hostile.page)).map((line) => `${path}: ${line}`));
  }
  found.push(...hostile.faults.splice(0), ...twin.faults.splice(0));
  assert.deepEqual(found, []);
});

test("nothing breaks out at the side, on a phone or on a wide window", async () => {
  const { page, faults } = await visit(site);
  const found = [];
  for (const path of PAGES) {
    await opened({ page }, site, path);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await overflow(page);
      if (wide.length > 0) found.push(`${path}, ${width} px: ${wide.join(" | ").slice(0, 300)}`);
    }
  }
  assert.deepEqual([...found, ...faults.splice(0)], []);
});

/** Types `text` wherever one can, and gives the kinds of elements that are then there. */
async function type(visitor, text) {
  const { page } = visitor;
  const boxes = page.locator("input:is([type=search], [type=text], [type=url], :not([type])):visible, textarea:visible");
  for (let at = 0; at < (await boxes.count()); at += 1) {
    await boxes.nth(at).fill(text);
    await settled(page);
    await boxes.nth(at).press("Enter");
    await settled(page);
  }
  return Object.keys(await made(page));
}

for (const path of TYPED_INTO) {
  test(`hostile words typed into ${path || "the first page"}, or in its address`, async () => {
    const [hostile, twin] = [await visit(site), await visit(benign)];
    const found = [];
    const known = new Set();
    // All that plain words can bring about: found, not found, and of each package.
    for (const text of [PLAIN, "attack", "attack-1", "nothing-like-it", "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-attack-1:3", "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-attack-1:1", "x".repeat(10_000)]) {
      for (const state of ["", `?${query(text)}`]) {
        await opened(twin, benign, path + state);
        for (const kind of [...Object.keys(await made(twin.page)), ...(await type(twin, text))]) known.add(kind);
      }
    }
    for (const text of [...ATTACKS, LONG, ...["constructor", "__proto__", "toString"]]) {
      await opened(hostile, site, `${path}?${query(text)}#${encodeURIComponent(begin(text))}`);
      const kinds = [...Object.keys(await made(hostile.page)), ...(await type(hostile, text))];
      found.push(...kinds.filter((kind) => !known.has(kind)).map((kind) => `${text.slice(0, 40)}: <${kind}>`));
      found.push(...[...(await ran(hostile.page)), ...(await overflow(hostile.page))].map((line) => `${text.slice(0, 40)}: ${line}`));
      assert.ok(hostile.page.url().startsWith(new URL(path, site).href), `led to ${hostile.page.url()}`);
    }
    assert.deepEqual([...new Set(found), ...hostile.faults.splice(0), ...twin.faults.splice(0)], []);
  });
}

// Servers refuse addresses that are longer than a few thousand letters, and half of a pair of surrogates is no letter.
function begin(text) {
  return [...text].slice(0, 60).join("");
}

function query(text) {
  return new URLSearchParams(["q", "python", "architecture", "region", "arn", "package", "license", "name", "sort", "filter"].map((name) => [name, begin(text)]));
}

test("what was kept by another page of the host harms nothing", async () => {
  const { page, faults } = await visit(site);
  for (const kept of [...ATTACKS, "null", "[]", "1", '{"python":{"x":1},"region":[1]}']) {
    await page.evaluate((kept) => {
      for (const key of Object.keys(localStorage)) localStorage.setItem(key, kept);
      localStorage.setItem(`choice ${new URL(".", location.href).pathname}`, kept);
    }, kept);
    for (const path of TYPED_INTO.slice(0, 3)) await opened({ page }, site, path);
    assert.deepEqual([...(await ran(page)), ...faults.splice(0)], []);
    await opened({ page }, site, "");
  }
});
