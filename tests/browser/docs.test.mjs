// Journeys of the documentation: pages that are written by hand, the reference of the API, and the page that is not there.

import assert from "node:assert/strict";
import { clipboard, go, journey, shot, site } from "./harness.mjs";

const WRITTEN = ["about/", "using-layers/", "troubleshooting/", "expiry/", "api/", "api-v2/", "feeds/", "trust/", "running-your-own/"];
const OURS = [...WRITTEN, "docs/", "api-reference/"];

/** Tabs until what has the focus is called `name`, as somebody without a mouse does. */
async function tabTo(page, name) {
  for (let pressed = 0; pressed < 80; pressed += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.textContent.trim());
    if (focused === name) return;
  }
  assert.fail(`80 times Tab does not lead to ${name}`);
}

/** Whether the top of what `locator` finds is in sight, once the page has scrolled. */
async function comesIntoSight(page, selector) {
  await page.waitForFunction((wanted) => {
    const { top } = document.querySelector(wanted).getBoundingClientRect();
    return top >= 0 && top < innerHeight / 2;
  }, selector);
}

for (const width of ["phone", "desktop"]) {
  journey(`from home to the Terraform example, on a ${width}`, { width }, async (page) => {
    await go(page);
    await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Docs" }).click();
    await page.getByRole("main").getByRole("link", { name: "Using a layer" }).click();
    await page.waitForURL(`${site}using-layers/`);
    const arn = await page.locator("pre").first().textContent();
    assert.match(arn, /^arn:aws:lambda:us-east-1:123456789012:layer:Klayers-p3\d+-requests:\d+$/);
    const python = arn.match(/-p3(\d+)-/)[1];
    await page.getByRole("button", { name: "Copy the Terraform example" }).first().click();
    await page.getByText("Copied the Terraform example").waitFor();
    assert.equal(
      await clipboard(page),
      [
        'resource "aws_lambda_function" "pinned" {',
        '  function_name = "my-function"',
        "  role          = aws_iam_role.function.arn",
        '  filename      = "function.zip"',
        '  handler       = "app.handler"',
        `  runtime       = "python3.${python}"`,
        '  architectures = ["x86_64"]',
        `  layers        = ["${arn}"]`,
        "}",
      ].join("\n"),
    );
  });
}

journey("a heading's link is followed and survives a reload", {}, async (page) => {
  await go(page, "using-layers/");
  await page.getByRole("heading", { name: "Several layers" }).hover();
  await page.getByRole("link", { name: "Link to Several layers" }).click();
  assert.equal(page.url(), `${site}using-layers/#several-layers`);
  await page.reload();
  await comesIntoSight(page, "#several-layers");
});

journey("an address of the API is found by keyboard alone", {}, async (page) => {
  await go(page, "docs/");
  await tabTo(page, "API reference");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${site}api-reference/`);
  await tabTo(page, "/api/v3/status.json");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${site}api-reference/#getStatus`);
  await comesIntoSight(page, "#getStatus");
  const section = page.locator("section", { has: page.locator("#getStatus") });
  assert.equal(await section.locator("pre").textContent(), `curl -sL "${site}api/v3/status.json"`);
  // What the fields hold is a step further.
  await section.getByRole("link", { name: "PackageOnRuntime" }).click();
  await comesIntoSight(page, "#shape-PackageOnRuntime");
});

journey("the commands of the reference are answered", {}, async (page) => {
  await go(page, "api-reference/");
  const commands = await page.locator('pre[id$="-command"]').allTextContents();
  assert.ok(commands.length > 20, `${commands.length} commands`);
  // Papers and months are those of the document's examples, which this service need not have.
  const asked = commands.map((command) => command.match(/"(.*)"/)[1]).filter((address) => !/\/(locks|sboms|changes)\//.test(address));
  for (const address of asked) {
    const status = await page.evaluate(async (address) => (await fetch(address)).status, address);
    assert.equal(status, 200, address);
  }
});

for (const [width, theme] of [["phone", "dark"], ["desktop", "light"]]) {
  journey(`what is not there leads home, on a ${width}`, { width, theme, allow: [/404/] }, async (page) => {
    const answer = await go(page, "packages/no/such/page/at/all");
    assert.equal(answer.status(), 404);
    assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "Nothing here");
    // With the look of all pages: its style was found.
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.querySelector("header")).maxWidth), "none");
    await shot(page, "404");
    await page.getByRole("link", { name: "Search all packages" }).click();
    await page.waitForURL(site);
  });
}

journey("without JavaScript everything is there but what does nothing", { javascript: false }, async (page) => {
  await go(page, "using-layers/");
  assert.equal(await page.getByRole("button", { name: /Copy/ }).count(), 0);
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "Terraform" }).click();
  assert.equal(page.url(), `${site}using-layers/#terraform`);
  assert.equal(await page.locator("pre", { hasText: 'data "http" "layer"' }).isVisible(), true);
  await page.getByRole("navigation", { name: "Documentation" }).getByRole("link", { name: "Trust" }).click();
  assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "Trust");
});

journey("nothing is wider than a small phone", { width: "narrow" }, async (page) => {
  for (const path of OURS) {
    await go(page, path);
    const [wide, sight] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= sight, `${path}: ${wide} pixels on a screen of ${sight}`);
  }
});

journey("the list of pages marks the one that is open", {}, async (page) => {
  for (const path of OURS.filter((path) => path !== "docs/")) {
    await go(page, path);
    const current = page.getByRole("navigation", { name: "Documentation" }).locator("[aria-current=page]");
    assert.equal(await current.evaluate((link) => link.href), new URL(path, site).href);
  }
});
