// Journeys of the first page: from its opening to an ARN in the clipboard, by mouse, by keyboard, without JavaScript; the state
// in the address and in memory; names that are not quite those of packages; and what there is not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Index, isOneSlip, nameIn } from "../../site/static/search.js";
import { clipboard, go, journey, shot, site } from "./harness.mjs";

const PANDAS = "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-pandas:6";
const STATE = "python=3.13&architecture=arm64&region=eu-west-1";

const box = (page) => page.getByRole("searchbox");
const chooser = (page, label) => page.getByRole("combobox", { name: label });
const results = (page) => page.locator("#results > li");
const first = (page) => results(page).first();
const said = (page, text) => page.waitForFunction((wanted) => document.getElementById("said").textContent.trim() === wanted, text);
const focused = (page, wanted) => page.waitForFunction((text) => (document.activeElement.getAttribute("aria-label") ?? document.activeElement.id) === text, wanted);

/** Waits until the list has this package first, and says which it has. */
async function foundFirst(page, name) {
  await page.waitForFunction((wanted) => document.querySelector("#results .name")?.textContent === wanted, name);
  return results(page).locator(".name").allTextContents();
}

async function choose(page) {
  await chooser(page, "Python").selectOption("3.13");
  await chooser(page, "Architecture").selectOption("arm64");
  await chooser(page, "Region").selectOption("eu-west-1");
}

for (const [width, theme] of [["phone", "light"], ["desktop", "dark"]]) {
  journey(`pandas for 3.13 arm64 in eu-west-1 by mouse, ${width}, ${theme}`, { width, theme }, async (page) => {
    await go(page);
    await shot(page, "home-begin");
    await box(page).fill("pandas");
    await choose(page);
    await foundFirst(page, "pandas");
    assert.equal(await first(page).locator(".arn").textContent(), PANDAS);
    await shot(page, "home-pandas");
    await page.getByRole("button", { name: "Copy the ARN of pandas" }).click();
    await said(page, "Copied the ARN of pandas 3.0.2 for Python 3.13 arm64 in eu-west-1");
    assert.equal(await clipboard(page), PANDAS);
  });
}

journey("the same by keyboard alone", {}, async (page) => {
  await go(page);
  await focused(page, "q");
  await results(page).first().waitFor();
  await page.keyboard.type("pand");
  await foundFirst(page, "pandas");
  // From the box to the three choosers, which take what their options begin with.
  for (const letters of ["3.13", "arm", "eu-west-1"]) {
    await page.keyboard.press("Tab");
    await page.keyboard.type(letters);
  }
  await page.waitForFunction(() => document.querySelector("#results .arn").textContent.includes("eu-west-1"));
  await page.keyboard.press("/");
  // The key goes to the chooser that has the focus; backwards it is three steps.
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("Shift+Tab");
  await focused(page, "q");
  await page.keyboard.press("Enter");
  await said(page, "Copied the ARN of pandas 3.0.2 for Python 3.13 arm64 in eu-west-1");
  assert.equal(await clipboard(page), PANDAS);
});

journey("keys lead through the list and back", {}, async (page) => {
  await go(page, `?q=p&${STATE}`);
  const names = await foundFirst(page, "pandas");
  assert.ok(names.length >= 3, names.join());
  await page.keyboard.press("ArrowDown");
  await focused(page, `Copy the ARN of ${names[0]}`);
  await page.keyboard.press("Enter");
  await said(page, "Copied the ARN of pandas 3.0.2 for Python 3.13 arm64 in eu-west-1");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await focused(page, `Copy the ARN of ${names[0]}`);
  await page.keyboard.press("ArrowUp");
  await focused(page, "q");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await focused(page, "q");
  await page.keyboard.press("Escape");
  assert.equal(await box(page).inputValue(), "");
  await page.locator("h2").first().click();
  await page.keyboard.press("/");
  await focused(page, "q");
  await page.keyboard.type("pandas");
  await page.keyboard.press("ArrowDown");
  await focused(page, "Copy the ARN of pandas");
  await page.keyboard.press("o");
  await page.waitForURL(`${site}packages/pandas/?${STATE}`);
});

journey("the same without JavaScript", { javascript: false, width: "phone" }, async (page) => {
  await go(page);
  await shot(page, "home-plain");
  assert.equal(await box(page).isVisible(), false);
  await page.getByRole("link", { name: "pandas", exact: true }).waitFor();
  const table = page.locator("table.regions");
  const heads = await table.locator("thead th").allTextContents();
  const column = heads.findIndex((head) => head.includes("3.13") && head.includes("arm64"));
  await table.locator("tbody tr", { hasText: "eu-west-1" }).locator("th, td").nth(column).getByRole("link").click();
  await page.waitForURL(`${site}api/v2/p3.13-arm64/layers/latest/eu-west-1/html/`);
  assert.equal(await page.getByText(PANDAS, { exact: true }).count(), 1);
});

journey("a link that is shared leads to the same state", {}, async (page, context) => {
  await go(page);
  await box(page).fill("pandas");
  await choose(page);
  await page.waitForURL(`${site}?${STATE}&q=pandas`);
  const address = page.url();
  const other = await context.browser().newContext();
  const fresh = await other.newPage();
  await fresh.goto(address);
  await foundFirst(fresh, "pandas");
  assert.equal(await box(fresh).inputValue(), "pandas");
  assert.equal(await first(fresh).locator(".arn").textContent(), PANDAS);
  await other.close();
});

journey("choices are remembered, and one comes back to what one left", {}, async (page, context) => {
  await go(page);
  await choose(page);
  await box(page).fill("pan");
  await foundFirst(page, "pandas");
  await first(page).locator(".name").click();
  await page.waitForURL(`${site}packages/pandas/?${STATE}`);
  await page.goBack();
  await foundFirst(page, "pandas");
  assert.equal(await box(page).inputValue(), "pan");
  const again = await context.newPage();
  await go(again);
  assert.deepEqual(await again.locator("select").evaluateAll((selects) => selects.map((select) => select.value)), ["3.13", "arm64", "eu-west-1"]);
  assert.equal(await box(again).inputValue(), "");
});

journey("what people import is found, and other spellings", {}, async (page) => {
  await go(page, `?${STATE}`);
  for (const [typed, name, imported] of [
    ["PIL", "Pillow", "import PIL"],
    ["yaml", "PyYAML", "import yaml"],
    ["import yaml", "PyYAML", "import yaml"],
    ["pip install 'psycopg[binary]>=3'", "psycopg", ""],
    ["zope_interface", "zope.interface", ""],
    ["ZOPE INTERFACE", "zope.interface", ""],
    ["nmpy", "numpy", ""],
    ["padnas", "pandas", ""],
    ["reqeusts", "requests", ""],
  ]) {
    await box(page).fill(typed);
    const names = await foundFirst(page, name);
    assert.equal(await first(page).locator(".imported").textContent(), imported, typed);
    assert.ok(names.length < 5, `${typed}: ${names}`);
  }
});

journey("a package without a layer says why, and where there is one", { width: "phone" }, async (page) => {
  await go(page, `?q=opencv&${STATE}`);
  await foundFirst(page, "opencv-python-headless");
  assert.match(await first(page).locator(".why").textContent(), /^No layer for Python 3\.13 arm64: .+ \(no-wheel\)/);
  await box(page).fill("torch");
  await foundFirst(page, "torch");
  assert.match(await first(page).locator(".why").textContent(), /does not fit into a layer \(too-large\)/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("No layer for Python 3.13 arm64"));
  await box(page).fill("yaml");
  await chooser(page, "Region").selectOption("eu-central-1");
  await page.waitForFunction(() => document.querySelector("#results .why")?.textContent.startsWith("Not in eu-central-1"));
  await shot(page, "home-elsewhere");
  await first(page).locator(".why a").first().click();
  await first(page).getByRole("button", { name: "Copy the ARN of PyYAML" }).waitFor();
  assert.notEqual(await chooser(page, "Region").inputValue(), "eu-central-1");
});

journey("what is not plain has a badge", {}, async (page) => {
  await go(page, "?q=requests&python=3.10&architecture=x86_64&region=us-east-1");
  await foundFirst(page, "requests");
  assert.deepEqual(await first(page).locator(".badge").allTextContents(), ["deprecated runtime"]);
  await box(page).fill("pydantic");
  await chooser(page, "Python").selectOption("3.13");
  await chooser(page, "Architecture").selectOption("arm64");
  await foundFirst(page, "pydantic");
  assert.deepEqual(await first(page).locator(".badge").allTextContents(), ["newest version held back"]);
});

journey("nothing found leads to the nearest names and to asking for it", { width: "phone", theme: "dark" }, async (page) => {
  await go(page, `?q=numbyy&${STATE}`);
  await page.getByText("No package here is called “numbyy”.").waitFor();
  await shot(page, "home-nothing");
  assert.equal(await page.getByRole("link", { name: "Request numbyy" }).getAttribute("href"), "request/?package=numbyy");
  await page.getByRole("link", { name: "numpy" }).first().click();
  await foundFirst(page, "numpy");
  await box(page).fill("<img src=x onerror=alert(1)>");
  await page.getByText("No package here is called “<img src=x onerror=alert(1)>”.").waitFor();
  await box(page).fill("qwertzuiop-zz");
  await page.getByRole("link", { name: "Request qwertzuiop-zz" }).click();
  await page.waitForURL(`${site}request/?package=qwertzuiop-zz`);
});

journey("every ARN that the search says is in the table of its runtime and region", {}, async (page) => {
  for (const [python, architecture, region, runtime] of [
    ["3.13", "arm64", "eu-west-1", "p3.13-arm64"],
    ["3.12", "x86_64", "us-east-1", "p3.12"],
    ["3.14", "arm64", "eu-central-1", "p3.14-arm64"],
    ["3.10", "x86_64", "us-west-2", "p3.10"],
  ]) {
    await go(page, `?${new URLSearchParams({ python, architecture, region })}`);
    await page.locator("#results[aria-busy=false]").waitFor();
    const arns = await results(page).locator(".arn:not([hidden])").allTextContents();
    const answer = await page.request.get(new URL(`api/v2/${runtime}/layers/latest/${region}/json/`, site).href);
    assert.deepEqual(arns.sort(), (await answer.json()).map((row) => row.arn).sort(), `${runtime} ${region}`);
  }
});

for (const address of ["", `?q=pandas&${STATE}`, "?q=nothing-like-this"]) {
  journey(`nothing moves while the page comes: /${address}`, { width: "phone" }, async (page) => {
    await page.addInitScript(() => {
      window.moved = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.moved += entry.value))).observe({ type: "layout-shift", buffered: true });
    });
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 6 });
    await go(page, address);
    await page.locator("#results > li, #nothing:not([hidden])").first().waitFor();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await page.evaluate(() => window.moved), 0);
  });
}

test("the name is found in what people paste", () => {
  for (const [text, name] of [
    ["pandas", "pandas"],
    ["  PyYAML ", "pyyaml"],
    ["zope.interface", "zope-interface"],
    ["scikit learn", "scikit-learn"],
    ["import yaml", "yaml"],
    ["from PIL import Image", "pil"],
    ["import numpy as np", "numpy"],
    ["pip install pandas", "pandas"],
    ["python3 -m pip install 'psycopg[binary,pool]<4'", "psycopg"],
    ["requests==2.32 ; python_version > '3'", "requests"],
    ["-", ""],
    ["   ", ""],
    ["<b>", "<b>"],
    ["x".repeat(10_000), "x".repeat(200)],
  ]) {
    assert.equal(nameIn(text), name, text);
  }
});

test("one slip is one letter wrong, missing, too many or swapped, and not the first", () => {
  for (const [typed, name, wanted] of [
    ["pandes", "pandas", true],
    ["panas", "pandas", true],
    ["panndas", "pandas", true],
    ["padnas", "pandas", true],
    ["beautfulsoup", "beautifulsoup4", true],
    ["pandasx", "pandas", true],
    ["pandas", "pandas", true],
    ["oandas", "pandas", false],
    ["pendes", "pandas", false],
    ["numpy", "pandas", false],
  ]) {
    assert.equal(isOneSlip(typed, name), wanted, typed);
  }
});

test("the index is read by its rule, and ranks what is meant", () => {
  const index = new Index({
    runtimes: [{ id: "p3.13", python: "3.13", architecture: "x86_64", head: "K-p313-" }, { id: "p3.13-arm64", python: "3.13", architecture: "arm64", head: "K-p313-arm64-" }],
    regions: [{ code: "eu-west-1", head: "arn:aws:lambda:eu-west-1:1:layer:" }, { code: "us-east-1", head: "arn:aws:lambda:us-east-1:1:layer:" }],
    states: [["published", ""], ["unsupported", "no-wheel"]],
    spreads: [{}, { "-2": [1] }, { "-": [0] }],
    packages: [
      ["a.yaml", ["1"], [7, [1]]],
      ["py", ["2", "1"], [[0, [5, 0, 1]], [0, [4, 0, 2], [9, 1, 2, "arn:aws:lambda:*:2:layer:Old"]]]],
      ["PyYAML", ["6"], [null, 3], ["yaml"]],
      ["python", ["3"], [null, null]],
    ],
  });
  const arn = (name, runtime, region) => index.layer(index.named(name), runtime, region)?.arn;
  assert.equal(arn("A_yaml", 0, 1), "arn:aws:lambda:us-east-1:1:layer:K-p313-a-yaml:7");
  assert.equal(arn("a.yaml", 1, 1), undefined);
  assert.deepEqual(index.entry(index.named("a-yaml"), 1), { state: "unsupported", code: "no-wheel", parts: [] });
  assert.deepEqual([arn("py", 0, 0), arn("py", 0, 1)], ["arn:aws:lambda:eu-west-1:1:layer:K-p313-py:5", "arn:aws:lambda:us-east-1:1:layer:K-p313-py:3"]);
  assert.deepEqual([arn("py", 1, 0), arn("py", 1, 1)], [undefined, "arn:aws:lambda:us-east-1:1:layer:K-p313-arm64-py:4"]);
  assert.deepEqual(index.regionsOf(index.named("py"), 1), [1]);
  assert.equal(index.entry(index.named("python"), 0), undefined);
  assert.equal(arn("pyyaml", -1, 0), undefined);
  const names = (text) => index.find(text).map((match) => match.package.name);
  assert.deepEqual(names("yaml"), ["PyYAML", "a.yaml"], "what is imported before what contains it");
  assert.deepEqual(names("py"), ["py", "PyYAML", "python"]);
  assert.deepEqual(names("pyhton"), ["python"]);
  assert.deepEqual(names("nothing"), []);
  assert.deepEqual(names(""), ["a.yaml", "py", "PyYAML", "python"]);
  assert.deepEqual(index.nearest("bython").map((one) => one.name), ["python"]);
});
