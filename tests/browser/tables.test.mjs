// Journeys of the table of a runtime in a region, and of the status page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { clipboard, folder, go, journey, shot, site } from "./harness.mjs";

const TABLE = "api/v2/p3.13-arm64/layers/latest/eu-west-1/";
const ROWS = "table.layers tbody tr";

/** What a column of the rows that are seen says. */
const column = (page, number) =>
  page.locator(`${ROWS}:not([hidden]) > :nth-child(${number})`).evaluateAll((cells) => cells.map((cell) => (cell.querySelector(".arn") ?? cell).textContent));
const said = (page, words) => page.locator("#said").filter({ hasText: words }).waitFor({ state: "attached" });
const head = (page, name) => page.getByRole("columnheader", { name });

async function saved(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: link }).click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

journey("from the first page to a table by links alone, then to another runtime and region", {}, async (page) => {
  await go(page, "");
  const link = page.locator(`a[href$="${TABLE}html/"]`).first();
  await link.evaluate((element) => {
    for (let up = element; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  });
  await link.click();
  await page.waitForURL(`**/${TABLE}html/`);
  assert.equal(await page.locator("h1").innerText(), "Python 3.13 on arm64 in eu-west-1");
  await page.getByRole("navigation", { name: "Other tables" }).getByRole("link", { name: "Python 3.14 on x86_64" }).click();
  await page.waitForURL("**/p3.14/layers/latest/eu-west-1/html/");
  await page.getByText("Other regions").click();
  await page.getByRole("link", { name: "us-west-2" }).click();
  await page.waitForURL("**/p3.14/layers/latest/us-west-2/html/");
  assert.equal(await page.locator("h1").innerText(), "Python 3.14 on x86_64 in us-west-2");
});

journey("rows are sorted by size with the keyboard, and the link says so", {}, async (page) => {
  await go(page, `${TABLE}html/`);
  assert.equal(await head(page, "Package").getAttribute("aria-sort"), "ascending");
  await head(page, "Unzipped").getByRole("button").focus();
  await page.keyboard.press("Enter");
  await said(page, "Sorted by Unzipped, descending");
  const sizes = (await column(page, 6)).map((text) => parseFloat(text));
  assert.deepEqual(sizes, sizes.toSorted((one, other) => other - one));
  assert.equal((await column(page, 1))[0], "pandas");
  assert.equal(await head(page, "Unzipped").getAttribute("aria-sort"), "descending");
  assert.equal(await head(page, "Package").getAttribute("aria-sort"), null);
  assert.equal(new URL(page.url()).search, "?sort=-unzipped");
  await page.keyboard.press("Space");
  await said(page, "Sorted by Unzipped, ascending");
  assert.equal((await column(page, 1)).at(-1), "pandas");
  // Focus stays where it was, and the way to other tables keeps the order.
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Unzipped");
  const other = page.getByRole("navigation", { name: "Other tables" }).getByRole("link", { name: "Python 3.12 on arm64" });
  assert.match(await other.getAttribute("href"), /\?sort=unzipped$/);
});

journey("a filtered and sorted table is a link that can be shared", {}, async (page, context) => {
  await go(page, `${TABLE}html/`);
  await page.getByLabel("Filter by package").fill("MIT p");
  await said(page, /^\d+ of \d+ layers/);
  await head(page, "Version").getByRole("button").click();
  await page.waitForURL((url) => url.searchParams.get("sort") === "version" && url.searchParams.get("q") === "MIT p");
  const rows = await column(page, 1);
  assert.deepEqual(rows, ["pydantic", "simplejson", "beautifulsoup4", "PyYAML", "Pillow"]);
  const other = await context.newPage();
  await other.goto(page.url());
  assert.deepEqual(await column(other, 1), rows);
  assert.equal(await other.getByLabel("Filter by package").inputValue(), "MIT p");
  assert.match(await other.locator("#count").innerText(), /^5 of \d+ layers$/);
  // What is written anew comes out of the address.
  await other.getByLabel("Filter by package").press("Escape");
  await other.waitForURL((url) => !url.searchParams.has("q"));
});

journey("a filter that nothing has says so", { width: "phone" }, async (page) => {
  await go(page, `${TABLE}html/?q=%3Cb%3Enothing`);
  assert.deepEqual(await column(page, 1), []);
  assert.equal(await page.getByText("Nothing here has these words.").isVisible(), true);
  // An ARN that was pasted finds its row; a word that all ARNs have finds none.
  await page.getByLabel("Filter by package").fill("lambda");
  await said(page, /^0 of/);
  await page.getByLabel("Filter by package").fill("arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-pandas");
  await said(page, /^1 of/);
  assert.deepEqual(await column(page, 1), ["pandas"]);
});

journey("the whole table is downloaded as the API has it", {}, async (page) => {
  await go(page, `${TABLE}html/`);
  for (const format of ["csv", "json"]) {
    const { name, text } = await saved(page, `Download ${format.toUpperCase()}`);
    assert.equal(name, `klayers-p3.13-arm64-eu-west-1.${format}`);
    assert.equal(text, await readFile(join(folder, TABLE, format, "index.html"), "utf8"));
  }
});

journey("what is filtered is downloaded, in the form of the whole", {}, async (page) => {
  await go(page, `${TABLE}html/?q=pillow`);
  const row = ["Pillow", "12.3.0", "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:3"];
  const csv = await saved(page, "Download CSV");
  assert.equal(csv.name, "klayers-p3.13-arm64-eu-west-1-selection.csv");
  assert.equal(csv.text, `Package,Package Version,arn\r\n${row.join(",")}\r\n`);
  const json = await saved(page, "Download JSON");
  assert.equal(json.name, "klayers-p3.13-arm64-eu-west-1-selection.json");
  assert.equal(json.text, `[{"arn":"${row[2]}","package":"Pillow","packageVersion":"12.3.0"}]\n`);
});

journey("what is sorted is downloaded in its order, to the byte what the API would say", {}, async (page) => {
  await go(page, `${TABLE}html/?sort=-package`);
  const whole = await readFile(join(folder, TABLE, "csv", "index.html"), "utf8");
  const [first, ...lines] = whole.trimEnd().split("\r\n");
  const { text } = await saved(page, "Download CSV");
  assert.deepEqual(text.trimEnd().split("\r\n"), [first, ...lines.toReversed()]);
  const rows = JSON.parse((await saved(page, "Download JSON")).text);
  const all = JSON.parse(await readFile(join(folder, TABLE, "json", "index.html"), "utf8"));
  assert.deepEqual(rows, all.toReversed());
});

for (const width of ["phone", "desktop"]) {
  journey(`an ARN is copied, and its package opens on the same runtime and region (${width})`, { width }, async (page) => {
    await go(page, `${TABLE}html/`);
    await page.getByRole("button", { name: "Copy the ARN of pandas", exact: true }).click();
    await said(page, "Copied the ARN of pandas");
    assert.equal(await clipboard(page), "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-pandas:6");
    await shot(page, "table");
    await page.locator("table.layers").getByRole("link", { name: "pandas", exact: true }).click();
    await page.waitForURL("**/packages/pandas/?python=3.13&architecture=arm64&region=eu-west-1");
  });
}

journey("without scripts the table is whole, and so are its files", { javascript: false }, async (page) => {
  await go(page, `${TABLE}html/`);
  assert.equal(await page.locator(".arn").filter({ hasText: "layer:Klayers-p313-arm64-pandas:6" }).count(), 1);
  assert.equal(await page.getByLabel("Filter by package").isVisible(), false);
  assert.equal(await page.locator("table button").count(), 0);
  const { name, text } = await saved(page, "Download CSV");
  assert.equal(name, "klayers-p3.13-arm64-eu-west-1.csv");
  assert.match(text, /^Package,Package Version,arn\r\n/);
});

journey("on a phone rows are blocks that are still told as a table, and nothing leaves the page at the side", { width: "narrow" }, async (page) => {
  for (const path of [`${TABLE}html/`, "status/"]) {
    await go(page, path);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, path);
  }
  await go(page, `${TABLE}html/`);
  assert.equal(await page.locator("table.layers tbody tr").first().evaluate((row) => getComputedStyle(row).display), "flex");
  assert.equal(await page.getByRole("table").count(), 1);
  assert.equal(await page.getByRole("rowheader", { name: "pandas", exact: true }).count(), 1);
  assert.equal(await page.getByRole("columnheader", { name: "Licence" }).count(), 1);
});

journey("nothing moves while a table or the status page comes", {}, async (page) => {
  await page.addInitScript(() => {
    window.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  for (const path of [`${TABLE}html/`, "status/"]) {
    await go(page, path);
    await page.locator("th[aria-sort]").first().waitFor();
    assert.equal(await page.evaluate(() => window.moved), 0, path);
  }
});

journey("a retired region says so and leads to those that live", {}, async (page) => {
  await go(page, "api/v2/p3.13-arm64/layers/latest/me-south-1/html/");
  assert.equal(await page.getByText("This region is retired").isVisible(), true);
  await page.getByRole("heading", { name: "Where else" }).waitFor();
  await page.locator("h2 + ul").getByRole("link", { name: "eu-west-1" }).click();
  await page.waitForURL(`**/${TABLE}html/`);
});

journey("somebody sees why a package is missing, and goes to its page", {}, async (page) => {
  await go(page, "status/");
  await page.getByLabel("Filter by package, runtime").fill("no-wheel");
  await page.waitForURL((url) => url.searchParams.get("q") === "no-wheel");
  const rows = page.locator("#troubles tbody tr:not([hidden])");
  assert.equal(await rows.count(), 2);
  assert.match(await rows.first().innerText(), /opencv-python-headless[^]*unsupported[^]*has no wheel for this runtime[^]*2026-08-01[^]*nothing/);
  await rows.first().getByRole("link", { name: "no-wheel" }).click();
  await page.waitForURL((url) => url.hash === "#no-wheel");
  assert.equal(await page.locator("dt#no-wheel + dd").getByRole("link", { name: "What can work" }).getAttribute("href"), "../request/");
  await rows.first().getByRole("link", { name: "opencv-python-headless" }).click();
  await page.waitForURL("**/packages/opencv-python-headless/");
});

journey("the grid tells its reasons to those who do not see it", {}, async (page) => {
  await go(page, "status/");
  const grid = page.locator("table.grid");
  const row = grid.getByRole("row", { name: /^torch/ });
  assert.equal(await row.getByRole("cell", { name: "too-large : it is 871 MB when unpacked, and Lambda takes 262 MB" }).count(), 2);
  assert.equal(await grid.getByRole("row", { name: /^pydantic/ }).getByRole("cell", { name: /^2\.13\.0 dependency : 2\.13\.0 was chosen because 2\.14\.0/ }).count(), 1);
  await page.getByLabel("Filter by package", { exact: true }).fill("torch");
  await page.waitForURL((url) => url.searchParams.get("grid-q") === "torch");
  assert.equal(await grid.locator("tbody tr:not([hidden])").count(), 1);
  // The other table has its own words.
  assert.equal(await page.locator("#troubles tbody tr[hidden]").count(), 0);
});

for (const [width, theme] of [["phone", "dark"], ["desktop", "light"]]) {
  journey(`the status page is looked at (${width}, ${theme})`, { width, theme }, async (page) => {
    await go(page, "status/");
    assert.equal(await page.getByText("The last whole run was on 2026-11-01").isVisible(), true);
    assert.match(await page.locator("table.going tbody tr").first().innerText(), /2026-12-12[^]*20[^]*pandas[^]*2\.3\.3[^]*3\.0\.2/);
    assert.match(await page.locator("table.behind tbody tr").first().innerText(), /eu-central-1[^]*behind[^]*PyYAML on 6 runtimes\. It was lost from the account there/);
    await shot(page, "status");
  });
}

test("the order of versions, texts and numbers", async () => {
  const { order } = await import(pathToFileURL(join(folder, "static/table-order.js")));
  const sorted = (texts, kind, isDescending) => order(texts, kind, isDescending).map((at) => texts[at]);
  const versions = ["1.0.dev1", "1.0a1.dev2", "1.0a1", "1.0b2", "1.0b10", "1.0rc1", "1.0", "1.0+local.2", "1.0.post1.dev1", "1.0.post1", "1.2", "1.10", "2.0", "1!0.1", "no version"];
  for (const start of [versions, versions.toReversed()]) {
    assert.deepEqual(sorted(start, "version"), versions);
    assert.deepEqual(sorted(start, "version", true), versions.toReversed());
  }
  assert.deepEqual(sorted(["2.0", "1.10", "1.2"], "version"), ["1.2", "1.10", "2.0"]);
  assert.deepEqual(sorted(["b", "C", "a10", "a9", "Á"], "text"), ["Á", "a9", "a10", "b", "C"]);
  assert.deepEqual(sorted(["10", "9", "100"], "number", true), ["100", "10", "9"]);
  // What is equal keeps its order both ways.
  assert.deepEqual(order(["1.0", "1.0.0", "1"], "version"), [0, 1, 2]);
  assert.deepEqual(order(["1.0", "1.0.0", "1"], "version", true), [0, 1, 2]);
});

test("files are CSV and JSON whatever the words are, and no spreadsheet takes them for a formula", async () => {
  const { csv, json } = await import(pathToFileURL(join(folder, "static/table-take.js")));
  const rows = [["=1+1", 'a "quoted", text'], ["@x", "two\r\nlines\u202e"], ["-1", "\t+2"], ["São Paulo", ""]];
  assert.equal(csv(["A", "b c"], rows), "A,b c\r\n'=1+1,\"a \"\"quoted\"\", text\"\r\n'@x,two lines\r\n'-1,'+2\r\nSão Paulo,\r\n");
  assert.equal(json(["b", "a"], [["1", '"</script>']]), '[{"a":"\\"</script>","b":"1"}]\n');
});

journey("a thousand rows are sorted and filtered within a blink", { width: "phone" }, async (page) => {
  // A table of a real site's size, before the scripts see it.
  await page.route("**/html/", async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    const row = /<tr><th scope="row">[^]*?<\/tr>/.exec(text)[0];
    const rows = Array.from({ length: 1000 }, (_, at) => row.replace(/>([^<]+)<\/a>/, `>$1-${(at * 7919) % 1000}</a>`).replace(/data-value="\d+"/g, `data-value="${(at * 31) % 997}"`));
    await route.fulfill({ response: answer, body: text.replace(/<tbody>[^]*<\/tbody>/, () => `<tbody>${rows.join("\n")}</tbody>`) });
  });
  await page.goto(new URL(`${TABLE}html/`, site).href);
  const milliseconds = await page.evaluate(async () => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const times = {};
    const timed = async (name, act) => {
      const began = performance.now();
      act();
      document.body.offsetHeight;
      times[name] = Math.round(performance.now() - began);
      await painted();
    };
    const input = document.getElementById("filter");
    await timed("sort", () => document.querySelector("th[data-key=zip] button").click());
    for (const words of ["1", "12", "", "9"]) {
      await timed(`filter ${words}`, () => {
        input.value = words;
        input.dispatchEvent(new Event("input"));
      });
    }
    return times;
  });
  console.log("1,000 rows, milliseconds until they are laid out:", JSON.stringify(milliseconds));
  assert.equal(await page.locator(ROWS).count(), 1000);
  for (const [name, time] of Object.entries(milliseconds)) assert.ok(time < 500, `${name}: ${time} ms`);
});
