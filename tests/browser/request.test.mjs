// Somebody wants a package that is not there.

import assert from "node:assert/strict";
import { clipboard, go, journey, shot } from "./harness.mjs";
import { accessibility, overflow } from "./looks.mjs";

const field = (page) => page.getByRole("textbox", { name: /^Package/ });
const hint = (page, words) => page.waitForFunction((source) => new RegExp(source).test(document.getElementById("package-hint").textContent), words.source);

for (const width of ["phone", "desktop"]) {
  for (const theme of ["light", "dark"]) {
    journey(`a row is written, copied, and its file opened (${width}, ${theme})`, { width, theme }, async (page, context) => {
      await go(page, "request/");
      await shot(page, "request-empty");
      await field(page).fill("psycopg2[binary,pool]<4");
      await page.getByLabel("Licence (optional)").fill("LGPL-3.0-only");
      await hint(page, /psycopg2 is not in the catalogue yet/);
      assert.equal(await page.locator("#row").textContent(), '"psycopg2[binary,pool]<4",LGPL-3.0-only,');
      await page.locator("#result").getByRole("button", { name: "Copy" }).click();
      await page.waitForFunction(() => document.getElementById("said").textContent === "Copied the row");
      assert.equal(await clipboard(page), '"psycopg2[binary,pool]<4",LGPL-3.0-only,');
      const link = page.getByRole("link", { name: /open the file on GitHub/ });
      assert.equal(await link.getAttribute("href"), "https://github.com/example/layers/edit/main/pipeline/config/packages.csv");
      assert.deepEqual([await link.getAttribute("target"), await link.getAttribute("rel")], ["_blank", "noopener"]);
      // It is followed as far as the edge of the site.
      await page.evaluate(() => navigator.clipboard.writeText("nothing"));
      await link.evaluate((anchor) => anchor.addEventListener("click", (event) => event.preventDefault()));
      await link.click();
      await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== "nothing");
      assert.equal(await clipboard(page), '"psycopg2[binary,pool]<4",LGPL-3.0-only,');
      assert.equal(context.pages().length, 1);
      const issue = new URL(await page.locator("#issue").getAttribute("href"));
      assert.equal(issue.origin + issue.pathname, "https://github.com/example/layers/issues/new");
      assert.deepEqual(Object.fromEntries(issue.searchParams), { template: "new-package.yml", title: "New package: psycopg2[binary,pool]<4", package: "psycopg2[binary,pool]<4" });
      assert.deepEqual(await accessibility(page), []);
      await shot(page, "request");
    });
  }
}

journey("what cannot be asked for is refused with words", {}, async (page) => {
  await go(page, "request/");
  for (const [text, words] of [
    ["https://example.org/x.whl", /address or a path/],
    ["x; python_version < '3.13'", /Leave out what comes after/],
    ["two words", /no spaces/],
    ["numpy=1", /write “==”/],
    ["<img src=x onerror=alert(1)>", /The name is missing/],
  ]) {
    await field(page).fill(text);
    await hint(page, words);
    assert.equal(await field(page).getAttribute("aria-invalid"), "true");
    assert.equal(await page.locator("#result").isVisible(), false);
    const described = await field(page).getAttribute("aria-describedby");
    assert.equal(described, "package-hint");
  }
  assert.deepEqual(await accessibility(page), []);
  await shot(page, "request-refused");
  await field(page).fill("");
  assert.equal(await field(page).getAttribute("aria-invalid"), null);
});

journey("a package that is there is named, one that was removed too", {}, async (page) => {
  await go(page, "request/");
  await field(page).fill("Zope_Interface");
  await hint(page, /in the catalogue already, on every runtime/);
  assert.match(await page.locator("#package-hint a").getAttribute("href"), /packages\/zope-interface\/$/);
  await field(page).fill("simplejson");
  await hint(page, /was here once and is no longer asked for/);
  await page.locator("#package-hint a").click();
  await page.waitForURL(/packages\/simplejson\/$/);
});

journey("runtimes that no file asks for alone are told", {}, async (page) => {
  await go(page, "request/?package=polars");
  await hint(page, /polars is not in the catalogue yet/);
  await page.getByLabel(/3\.12 arm64/).uncheck();
  await page.waitForFunction(() => /No file asks for/.test(document.getElementById("places").textContent));
  const issue = new URL(await page.locator("#issue").getAttribute("href"));
  assert.equal(issue.searchParams.get("runtimes"), "p3.14 p3.14-arm64 p3.13 p3.13-arm64 p3.12");
});

journey("by keyboard alone", {}, async (page) => {
  await go(page, "request/");
  await field(page).focus();
  await page.keyboard.type("polars>=1");
  await hint(page, /not in the catalogue/);
  const copy = page.locator("#result button");
  for (let presses = 0; presses < 20 && !(await copy.evaluate((button) => button === document.activeElement)); presses += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("said").textContent === "Copied the row");
  assert.equal(await clipboard(page), "polars>=1,,");
});

journey("without scripts the page explains the row", { javascript: false, width: "phone" }, async (page) => {
  await go(page, "request/");
  assert.equal(await field(page).isVisible(), false);
  const words = await page.locator("main").innerText();
  assert.match(words, /pipeline\/config\/packages\.csv/);
  assert.match(words, /"psycopg\[binary,pool\]<4",LGPL-3\.0-only,/);
  await shot(page, "request-without-scripts");
});

journey("nothing is wider than the page", { width: "narrow" }, async (page) => {
  await go(page, "request/?package=some-package-with-a-rather-long-name-that-goes-on-and-on-and-on%5Bwith%2Cextras%5D%3C4");
  await hint(page, /not in the catalogue/);
  assert.deepEqual(await overflow(page), []);
  await shot(page, "request-long");
});
