// That the harness finds what it is there to find: a page with one fault after the other, in the place of a real one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { go, journey, open, settled, site } from "./harness.mjs";
import { accessibility, cutInPrint, frame, ids, overflow, shifts } from "./looks.mjs";

const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'">`;
const html = (body, head = "") => `<!DOCTYPE html><html lang="en"><head><title>Planted</title>${head}</head><body>${body}</body></html>`;

/** What is noted of a page that has `body`. */
async function noted(body, script = "") {
  const { context, faults } = await open();
  await context.route(`${site}planted/`, (route) => route.fulfill({ contentType: "text/html", body }));
  await context.route(`${site}planted/script.js`, (route) => route.fulfill({ contentType: "text/javascript", body: script }));
  const page = await context.newPage();
  await go(page, "planted/");
  await settled(page);
  await context.close();
  return faults.join("\n");
}

for (const [name, body, script, expected] of [
  ["a console message", html(`<script src="script.js"></script>`), `console.log("hello")`, /^console: hello/],
  ["a page error", html(`<script src="script.js"></script>`), `undefinedName()`, /page error: .*undefinedName/],
  ["a dialog", html(`<script src="script.js"></script>`), `alert(1)`, /dialog: 1/],
  ["a request elsewhere", html(`<img src="http://127.0.0.1:9/x.png" alt="">`), "", /request elsewhere: http:\/\/127.0.0.1:9/],
  ["a missing file", html(`<img src="none.png" alt="">`), "", /refused request: 404 /],
  ["an inline script that the policy refuses", html(`<img src="" alt="" onerror="alert(1)">`, POLICY), "", /policy: script-src/],
  ["HTML that a script makes of text", html(`<p></p><script src="script.js"></script>`, POLICY), `document.querySelector("p").innerHTML = "<b>x</b>"`, /policy: require-trusted-types-for/],
]) {
  test(`the harness finds ${name}`, async () => {
    assert.match(await noted(body, script), expected);
  });
}

for (const [name, look, body, expected] of [
  ["an image without a text", accessibility, `<img src="data:,">`, /image-alt/],
  ["too little contrast", accessibility, `<p style="color:#aaa;background:#fff">grey</p>`, /color-contrast/],
  ["a page that is too wide", overflow, `<p style="width:3000px">wide</p>`, /3\d+ px wide in 1280 px/],
  ["a table that a printer cuts", cutInPrint, `<div style="width:100px;overflow:auto"><p style="width:300px">x</p></div>`, /300 px wide in 100 px/],
  ["an id that stands twice", ids, `<p id="a">a</p><p id="a">b</p>`, /"a" stands twice/],
  ["a label of nothing", ids, `<label for="b">b</label>`, /for="b"/],
  ["an inline style", frame, `<main><h1>x</h1><p style="color:red">y</p></main>`, /inline style/],
  ["what moves", shifts, `<p id="p">text</p><p>below</p>`, /moved by/],
]) {
  test(`a look finds ${name}`, async () => {
    const { context } = await open();
    const page = await context.newPage();
    await context.route(`${site}planted/`, (route) => route.fulfill({ contentType: "text/html", body: html(body) }));
    await go(page, "planted/");
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.evaluate(() => document.getElementById("p")?.insertAdjacentHTML("beforebegin", `<div style="height:300px">late</div>`));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const found = await look(page);
    await context.close();
    assert.match(found.join("\n"), expected);
  });
}

journey("what is kept is there at the start, and the clipboard can be read", { storage: { key: "kept" } }, async (page) => {
  await go(page);
  assert.equal(await page.evaluate(() => localStorage.getItem("key")), "kept");
  await page.evaluate(() => navigator.clipboard.writeText("copied"));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "copied");
});
