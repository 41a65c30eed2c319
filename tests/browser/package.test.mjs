// Journeys on the pages of packages.

import assert from "node:assert/strict";
import { clipboard, go, journey, shot } from "./harness.mjs";

const arn = (region, number, infix = "p313-arm64") => `arn:aws:lambda:${region}:123456789012:layer:Klayers-${infix}-pandas:${number}`;
const PANDAS = "packages/pandas/";
const CHOSEN = `${PANDAS}?python=3.13&architecture=arm64&region=eu-west-1`;

/** Waits until a copy button has done it, and reads the clipboard. */
async function copied(page, button) {
  await button.click();
  await page.locator("#said").filter({ hasText: /^Copied/ }).waitFor({ state: "attached" });
  return clipboard(page);
}

for (const width of ["phone", "desktop"]) {
  journey(`somebody chooses a runtime and a region and copies the ARN and a snippet, ${width}`, { width }, async (page) => {
    await go(page, PANDAS);
    await page.getByLabel("Python", { exact: true }).selectOption("3.13");
    await page.getByLabel("Architecture").selectOption("arm64");
    await page.getByLabel("Region", { exact: true }).selectOption("eu-west-1");
    assert.equal(await page.locator("#arn").textContent(), arn("eu-west-1", 6));
    assert.match(await page.locator("#said").textContent(), /^pandas 3\.0\.2 for Python 3\.13 on arm64 in eu-west-1/);
    assert.equal(new URL(page.url()).search, "?python=3.13&architecture=arm64&region=eu-west-1");
    assert.equal(await copied(page, page.getByRole("button", { name: "Copy ARN" })), arn("eu-west-1", 6));

    await page.getByRole("tab", { name: "Terraform", exact: true }).click();
    const snippet = await copied(page, page.getByRole("tabpanel").getByRole("button", { name: "Copy" }));
    assert.equal(
      snippet,
      `variable "role_arn" {
  type = string
}

resource "aws_lambda_function" "example" {
  function_name = "example"
  role          = var.role_arn
  filename      = "function.zip"
  handler       = "app.handler"
  runtime       = "python3.13"
  architectures = ["arm64"]
  layers        = ["${arn("eu-west-1", 6)}"]
}`,
    );
    await page.getByRole("tab", { name: "CDK Python" }).click();
    const code = await page.locator("#snippet-cdk-python").textContent();
    assert.ok(code.includes("Runtime.PYTHON_3_13,") && code.includes("Architecture.ARM_64,") && code.includes(arn("eu-west-1", 6)), code);
    await page.getByRole("tab", { name: "Terraform, always newest" }).click();
    assert.match(await page.locator("#snippet-terraform-latest").textContent(), /api\/v2\/p3\.13-arm64\/layers\/latest\/eu-west-1\/pandas\/"/);
    await shot(page, `package-${width}`);
  });
}

journey("a link to a state shows that state, and the next page begins with it", {}, async (page) => {
  await go(page, CHOSEN);
  assert.equal(await page.locator("#arn").textContent(), arn("eu-west-1", 6));
  assert.deepEqual([await page.locator("#python").inputValue(), await page.locator("#architecture").inputValue()], ["3.13", "arm64"]);
  await go(page, "packages/requests/");
  assert.match(await page.locator("#arn").textContent(), /^arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-requests:/);
  assert.equal(new URL(page.url()).searchParams.get("python"), "3.13");
  // Nobody knows of what an address may have.
  await go(page, `${PANDAS}?python=<img>&region=mars-1&architecture=arm64`);
  assert.match(await page.locator("#arn").textContent(), /^arn:aws:lambda:eu-west-1:/);
});

journey("the grid of runtimes chooses one", {}, async (page) => {
  await go(page, PANDAS);
  const cell = page.locator('[data-choose="p3.12-arm64"]');
  await cell.click();
  assert.match(await page.locator("#arn").textContent(), /p312-arm64-pandas:4$/);
  assert.equal(await cell.getAttribute("aria-current"), "true");
  assert.equal(await page.locator("#inside > details:visible").count(), 1);
  assert.match(await page.locator("#inside > details:visible > summary").textContent(), /^Python 3\.12 on arm64/);
});

journey("an ARN out of the table of regions", { width: "phone" }, async (page) => {
  await go(page, CHOSEN);
  const row = page.locator("#arns-p3\\.13-arm64 tr", { hasText: "us-west-2" });
  assert.equal(await copied(page, row.getByRole("button", { name: "Copy" })), arn("us-west-2", 6));
  await page.locator('[data-choose="p3.14"]').click();
  const other = page.locator("#arns-p3\\.14 tr", { hasText: "eu-central-1" });
  await other.getByRole("button", { name: "Copy" }).click();
  await page.locator("#said").filter({ hasText: "eu-central-1" }).waitFor({ state: "attached" });
  assert.equal(await clipboard(page), arn("eu-central-1", 4, "p314"));
});

journey("without scripts every ARN can be read", { javascript: false }, async (page) => {
  await go(page, PANDAS);
  const text = await page.locator("#arns").evaluate((section) => section.textContent);
  for (const region of ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"]) {
    for (const [infix, number] of [["p314", 4], ["p314-arm64", 4], ["p313", 4], ["p313-arm64", 6], ["p312", 4], ["p312-arm64", 4]]) {
      assert.ok(text.includes(arn(region, number, infix)), `${infix} in ${region}`);
    }
  }
  assert.match(await page.locator("#arn").textContent(), /^arn:aws:lambda:us-east-1:/);
  // Every way to use it stands there, and nothing that does nothing.
  assert.equal(await page.locator(".panel:visible").count(), 10);
  for (const control of await page.locator("main button, main select").all()) assert.equal(await control.isVisible(), false);
  await page.locator("#history summary", { hasText: "Python 3.13 on arm64" }).click();
  assert.ok(await page.locator("#history").getByText("deleted", { exact: true }).isVisible());
  await shot(page, "package-without-scripts");
});

journey("the history tells what became of each version", {}, async (page) => {
  await go(page, CHOSEN);
  const history = page.locator("#history > details:visible");
  const row = async (version) => (await history.locator("tr", { has: page.getByRole("rowheader", { name: version, exact: true }) }).textContent()).replaceAll("\u00a0", " ");
  assert.match(await row("2.2.3"), /deleted on 2026-07-01/);
  assert.match(await row("2.3.0"), /expired since 2026-10-01/);
  assert.match(await row("2.3.3"), /deprecated until 2026-12-12, 20 days left/);
  assert.match(await row("3.0.0"), /yanked on 2025-11-10: reads CSV files with an empty last column wrongly; fixed in 3\.0\.1/);
  assert.match(await row("3.0.1"), /removes pytz 2025\.2; 1 minor|removes pytz 2025\.2/);
  assert.match(await row("3.0.2"), /latest/);
  const link = history.getByRole("link", { name: "3.0.0" });
  assert.ok((await link.getAttribute("href")).endsWith(`arn/?arn=${arn("us-east-1", 4)}`));
});

journey("plots say in words what they show", { theme: "dark" }, async (page) => {
  await go(page, CHOSEN);
  const size = page.getByRole("img", { name: /^Size of pandas for Python 3\.13 on arm64\. Unzipped: 60\.8\s.* in 2\.2\.3 \(2025-01-06\), 71\.4.* in 3\.0\.2/ });
  assert.ok(await size.isVisible());
  const seconds = page.getByRole("img", { name: /first import of pandas.* 612\sms in 2\.3\.0 .* 688\sms in 3\.0\.2 .*12\s% longer/ });
  assert.ok(await seconds.isVisible());
  // A single build has nothing to show.
  await page.locator('[data-choose="p3.12"]').click();
  assert.equal(await page.getByRole("img").count(), 0);
});

journey("what is inside tells licences, papers and vulnerabilities", { width: "narrow" }, async (page) => {
  await go(page, CHOSEN);
  const inside = page.locator("#inside > details:visible");
  const text = (await inside.textContent()).replaceAll("\u00a0", " ");
  for (const part of ["71.4 MiB, 29 % of the 250 MiB", "Passed; the first import took 0.69 s", "2 known when it was built", "BSD-3-Clause"]) assert.ok(text.includes(part), part);
  assert.equal(await inside.locator(".vulnerabilities > li").count(), 2);
  for (const name of ["Lock", "SBOM"]) {
    const answer = await page.request.get(new URL(await inside.getByRole("link", { name }).getAttribute("href"), page.url()).href);
    assert.equal(answer.status(), 200, name);
  }
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0, "nothing sticks out at 320 px");
});

journey("the report carries what was chosen", {}, async (page) => {
  await go(page, PANDAS);
  const report = async () => new URL(await page.getByRole("link", { name: "Report a problem" }).getAttribute("href"));
  assert.equal((await report()).searchParams.get("arn"), await page.locator("#arn").textContent());
  await page.getByLabel("Python", { exact: true }).selectOption("3.13");
  await page.getByLabel("Architecture").selectOption("arm64");
  const url = await report();
  assert.equal(url.origin + url.pathname, "https://github.com/example/layers/issues/new");
  const told = Object.fromEntries(url.searchParams);
  assert.deepEqual(told, { template: "broken-layer.yml", title: "Broken: pandas 3.0.2", arn: arn("us-east-1", 6), runtime: "python3.13 on arm64" });
});

journey("the keyboard goes through the tabs", {}, async (page) => {
  await go(page, PANDAS);
  const selected = () => page.locator('[role="tab"][aria-selected="true"]').textContent();
  await page.getByRole("tab", { name: "Console" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await selected(), "AWS CLI");
  await page.keyboard.press("End");
  assert.equal(await selected(), "API");
  await page.keyboard.press("ArrowRight");
  assert.equal(await selected(), "Console");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await selected(), "API");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "SAM");
  assert.equal(await page.locator('[role="tab"][tabindex="0"]').count(), 1);
  assert.equal(await page.getByRole("tabpanel").count(), 1);
  // One press leads out of the list and into what it shows.
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement.closest("#as-sam") !== null));
  // The next page begins with it, and an address that names one wins.
  await go(page, "packages/numpy/");
  assert.equal(await selected(), "SAM");
  await go(page, "packages/numpy/#as-api");
  assert.equal(await selected(), "API");
});

journey("a package without a layer says why", { width: "phone" }, async (page) => {
  await go(page, `packages/torch/?python=3.13&architecture=arm64`);
  assert.match(await page.locator("#absent").textContent(), /There is no layer of torch for Python 3\.13 on arm64/);
  assert.match(await page.locator("#why").textContent(), /does not fit into a layer.*2026-03-01.*too-large.*871 MB/s);
  assert.equal(await page.locator("#use").count(), 0);
  await go(page, "packages/ujson/");
  assert.match(await page.locator("#why").textContent(), /not tried yet/);
});

journey("a layer that is not where somebody looks says where it is", {}, async (page) => {
  await go(page, "packages/requests/?python=3.10&architecture=x86_64&region=us-west-2");
  assert.match(await page.locator("#absent").textContent(), /in us-west-2\. There is one in us-east-1, eu-west-1\.$/);
  assert.match(await page.locator("#why").textContent(), /Nothing new is built: AWS's support of Python 3\.10 ended on/);
  assert.equal(await page.locator("#use").isVisible(), false);
  await page.getByLabel("Region", { exact: true }).selectOption("us-east-1");
  assert.match(await page.locator("#arn").textContent(), /p310-requests:8$/);
  assert.ok(await page.locator("#use").isVisible());
});
