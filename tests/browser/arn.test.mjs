// Somebody has an ARN, or an error, and wants to know what is the matter with it.

import assert from "node:assert/strict";
import { clipboard, go, journey, shot, site } from "./harness.mjs";
import { accessibility, overflow } from "./looks.mjs";

const arn = (number, { region = "eu-west-1", account = "123456789012", layer = "Klayers-p313-arm64-pandas" } = {}) =>
  `arn:aws:lambda:${region}:${account}:layer:${layer}:${number}`;
const LATEST = arn(6);

const box = (page) => page.getByRole("textbox", { name: /ARN of a layer/ });
const answer = (page, at = 0) => page.locator("#answers article").nth(at);

async function paste(page, text) {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await box(page).focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("ControlOrMeta+V");
}

async function kind(page, at = 0) {
  await answer(page, at).waitFor();
  return answer(page, at).getAttribute("data-kind");
}

for (const width of ["phone", "desktop"]) {
  journey(`a deleted ARN, and what took its place (${width})`, { width }, async (page) => {
    await go(page, "arn/");
    await paste(page, arn(1));
    assert.equal(await kind(page), "deleted");
    const words = await answer(page).innerText();
    assert.match(words, /deleted on 1 July 2026/);
    assert.match(words, /goes on running/);
    assert.match(words, /pandas 2\.2\.3/);
    assert.match(words, /Python 3\.13/);
    assert.match(words, /arm64/);
    await answer(page).getByRole("button", { name: "Copy" }).click();
    await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("Copied"));
    assert.equal(await clipboard(page), LATEST);
    await shot(page, "arn-deleted");
  });
}

for (const theme of ["light", "dark"]) {
  journey(`each state has its words (${theme})`, { theme }, async (page) => {
    await go(page, "arn/");
    await paste(page, [6, 5, 4, 2, 1].map((number) => arn(number)).join("\n"));
    await answer(page, 4).waitFor();
    const kinds = await page.locator("#answers article").evaluateAll((articles) => articles.map((article) => article.dataset.kind));
    assert.deepEqual(kinds, ["latest", "deprecated", "yanked", "expired", "deleted"]);
    for (const summary of await page.locator("#answers summary").all()) await summary.click();
    assert.deepEqual(await accessibility(page), []);
    await shot(page, "arn-states");
  });
}

journey("the whole message is pasted, and its reason is told", {}, async (page) => {
  await go(page, "arn/");
  await paste(page, `Error: updating Lambda Function: AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: lambda:GetLayerVersion on resource: ${LATEST} because no identity-based policy allows the lambda:GetLayerVersion action`);
  assert.equal(await kind(page), "latest");
  assert.match(await answer(page).innerText(), /no policy of the caller allows it/);
  assert.equal(await page.locator("#answers article").count(), 1);
  await answer(page).getByRole("link", { name: /not authorized/ }).click();
  await page.waitForURL(/not-authorized\/$/);
});

journey("a problem can be reported, with what is known of it", {}, async (page) => {
  await go(page, `arn/?arn=${LATEST}`);
  const url = new URL(await page.getByRole("link", { name: "Report a problem" }).getAttribute("href"));
  assert.equal(url.origin + url.pathname, "https://github.com/example/layers/issues/new");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    template: "broken-layer.yml", title: "Broken: Klayers-p313-arm64-pandas", arn: LATEST, runtime: "python3.13 on arm64",
  });
});

journey("a withdrawn one tells its reason", {}, async (page) => {
  await go(page, "arn/");
  await paste(page, arn(4));
  assert.equal(await kind(page), "yanked");
  assert.match(await answer(page).innerText(), /The reason: reads CSV files with an empty last column wrongly/);
});

journey("one that expires tells how many days are left", {}, async (page) => {
  await page.clock.setFixedTime("2026-11-22T12:00:00Z");
  await go(page, "arn/");
  await paste(page, arn(3));
  assert.equal(await kind(page), "deprecated");
  assert.match(await answer(page).innerText(), /works until .* 2026: \d+ more days/i);
});

for (const [name, text, expected, words] of [
  ["an unknown account", arn(1, { account: "770693421928" }), "account", /The account 770693421928 is not ours/],
  ["a number too high", arn(99), "too-high", /highest that was ever published there is 6/],
  ["a mistyped name", arn(1, { layer: "Klayers-p313-pnadas" }), "name", /Did you mean pandas/],
  ["a name of old", "Klayers-python38-pandas:3", "name", /no layers for Python 3\.8/],
  ["one of another service, of long ago", "arn:aws:lambda:eu-west-1:770693421928:layer:Klayers-python38-Pillow:3", "account", /We have layers of Pillow, too/],
  ["a runtime that it is not on", arn(1, { layer: "Klayers-p310-pandas" }), "name", /pandas has no layer for Python 3\.10/],
  ["other capitals", arn(6, { layer: "Klayers-p313-arm64-Pandas" }), "capitals", /It is Klayers-p313-arm64-pandas/],
  ["a region that is not ours", arn(6, { region: "eu-north-1" }), "region", /do not publish to eu-north-1/],
  ["another partition", "arn:aws-cn:lambda:cn-north-1:123456789012:layer:Klayers-p313-arm64-pandas:6", "partition", /China/],
  ["no number", LATEST.slice(0, -2), "no-number", /lacks the number/],
  ["a template", "arn:aws:lambda:${AWS::Region}:123456789012:layer:Klayers-p313-arm64-pandas:6", "any-region", /Number 6 is the latest in/],
  ["one that was lost", arn(3, { region: "eu-central-1", layer: "Klayers-p313-PyYAML" }), "lost", /It is lost/],
  ["one of a runtime that is retired", arn(12, { layer: "Klayers-p39-requests" }), "latest", /For Python 3\.9 on x86_64 nothing new is built any more/],
  ["markup", `<img src=x onerror=alert(1)> ${arn(1, { layer: "Klayers-p313-ptyz" })}`, "name", /never a layer of ours/],
]) {
  journey(`told apart: ${name}`, {}, async (page) => {
    await go(page, "arn/");
    await paste(page, text);
    assert.equal(await kind(page), expected);
    assert.match((await answer(page).innerText()).replace(/\s+/g, " "), words);
  });
}

journey("what is no layer is told in words", {}, async (page) => {
  await go(page, "arn/");
  for (const [text, words] of [
    ["arn:aws:lambda:eu-west-1:123456789012:function:f", /the ARN of a function/],
    ["is not authorized to perform: lambda:GetLayerVersion", /names no layer/],
    ["pandas", /the name of a package: pandas/],
    ["good morning to you", /No layer is named/],
  ]) {
    await paste(page, text);
    await page.waitForFunction((source) => new RegExp(source).test(document.getElementById("hint").textContent), words.source);
    assert.equal(await page.locator("#answers article").count(), 0);
  }
});

journey("a link leads to the same answer, and typing changes it", {}, async (page) => {
  await go(page, `arn/?arn=${arn(1)}`);
  assert.equal(await kind(page), "deleted");
  assert.equal(await box(page).inputValue(), arn(1));
  await box(page).fill(arn(6));
  await page.locator('#answers article[data-kind="latest"]').waitFor();
  assert.equal(page.url(), `${site}arn/?arn=${LATEST}`);
  await page.reload();
  assert.equal(await kind(page), "latest");
});

journey("by keyboard alone, for a function in another region", {}, async (page) => {
  await go(page, "arn/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "arn");
  await page.keyboard.type(arn(1));
  await answer(page).waitFor();
  const region = answer(page).getByLabel("Region of the function");
  for (let presses = 0; presses < 12 && !(await region.evaluate((select) => select === document.activeElement)); presses += 1) await page.keyboard.press("Tab");
  await page.keyboard.type("us-w");
  assert.equal(await region.inputValue(), "us-west-2");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("Copied"));
  assert.equal(await clipboard(page), arn(6, { region: "us-west-2" }));
});

journey("without scripts the page says how to find out", { javascript: false, width: "phone" }, async (page) => {
  await go(page, "arn/");
  assert.equal(await page.locator("#arn").isVisible(), false);
  assert.match(await page.locator("main").innerText(), /api\/v3\/arns\/\{layer\}\.json/);
  await page.getByRole("link", { name: /not authorized to perform/ }).click();
  assert.match(await page.locator("h1").innerText(), /Not authorized/);
  await shot(page, "not-authorized-without-scripts");
});

for (const width of ["narrow", "phone", "desktop"]) {
  journey(`nothing is wider than the page (${width})`, { width, theme: "dark" }, async (page) => {
    for (const path of ["arn/", `arn/?arn=${arn(1)}&arn=${arn(5)}`, "not-authorized/"]) {
      await go(page, path);
      if (path.includes("?")) await answer(page, 1).waitFor();
      assert.deepEqual(await overflow(page), [], path);
      await shot(page, `arn-${path.includes("?") ? "answers" : path.split("/")[0]}`);
    }
  });
}
