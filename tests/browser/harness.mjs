// What the proofs share: one browser per script, and journeys that fail by themselves on whatever no page may do. How it is
// used stands in README.md beside it.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.env.KLAYERS_NPM, "package.json"));

/** A package that is installed for the proofs: `await tool("axe-core")`. */
export async function tool(name) {
  return import(pathToFileURL(require.resolve(name)));
}

/** The text of a file of such a package. */
export const toolPath = (name) => require.resolve(name);

/** Where the site is served, with a slash at its end. */
export const site = process.env.KLAYERS_SITE;
/** The folder that the site was rendered into. */
export const folder = process.env.KLAYERS_SITE_FOLDER;
/** The program of the browser. */
export const chromiumPath = process.env.KLAYERS_CHROMIUM;

const { chromium } = (await tool("playwright-core")).default;
const WIDTHS = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1280, height: 800 } },
  narrow: { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};
/** What the browser is started with: no sandbox, because machines that test run as root; memory in files, because they are small. */
export const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

/** Requests that have no end yet, by context. */
const underWay = new WeakMap();
let started;

/** The browser of this script; the same one every time. */
export function browser() {
  started ??= chromium.launch({ executablePath: chromiumPath, args: FLAGS });
  return started;
}

after(async () => {
  await (await started)?.close();
});

/**
 * A context of its own and the list of everything in it that no page may do. The list fills while pages are open.
 * `options` are those of `journey`.
 */
export async function open(options = {}) {
  const { width = "desktop", theme = "light", javascript = true, storage, forcedColors, reducedMotion, allow = [], top = site, ...more } = options;
  const context = await (await browser()).newContext({
    ...(WIDTHS[width] ?? { viewport: { width, height: 800 } }),
    colorScheme: theme,
    javaScriptEnabled: javascript,
    locale: "en-GB",
    timezoneId: "UTC",
    forcedColors,
    reducedMotion,
    ...more,
  });
  const origin = new URL(top).origin;
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  context.setDefaultTimeout(30_000);
  const faults = [];
  const note = (kind, text) => {
    const line = `${kind}: ${text}`;
    if (!allow.some((pattern) => pattern.test(line))) faults.push(line);
  };
  context.on("console", (message) => note("console", `${message.text()} (${message.location().url})`));
  context.on("weberror", (error) => note("page error", String(error.error())));
  context.on("dialog", async (dialog) => {
    note("dialog", dialog.message());
    await dialog.dismiss();
  });
  const requests = new Set();
  underWay.set(context, requests);
  context.on("requestfinished", (request) => requests.delete(request));
  context.on("request", (request) => {
    requests.add(request);
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== "blob:" && url.protocol !== "data:") note("request elsewhere", url.href);
  });
  context.on("requestfailed", (request) => {
    requests.delete(request);
    // A page that is left ends what it was loading; without JavaScript no script is let in, least of all one that is to be there early.
    const isExpected = request.failure()?.errorText === "net::ERR_ABORTED" || (!javascript && request.resourceType() === "script");
    if (!isExpected) note("failed request", `${request.url()} ${request.failure()?.errorText}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) note("refused request", `${response.status()} ${response.url()}`);
  });
  if (javascript) {
    await context.exposeBinding("klayersViolation", (_source, text) => note("policy", text));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        window.klayersViolation(`${event.effectiveDirective} refused ${event.blockedURI} ${event.sample}`);
      });
    });
    if (storage) {
      await context.addInitScript(([origin, kept]) => {
        if (location.origin !== origin || sessionStorage.getItem("klayers-test")) return;
        sessionStorage.setItem("klayers-test", "kept");
        for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, value);
      }, [origin, storage]);
    }
  }
  return { context, faults };
}

/**
 * A test of one visitor. `options`: `width` ("phone", "desktop", "narrow" or pixels), `theme` ("light", "dark"), `javascript`
 * (false: none), `storage` (what localStorage has, by key), `forcedColors`, `reducedMotion`, `allow` (patterns of what this
 * journey expects to go wrong); all else goes to playwright's `newContext`.
 */
export function journey(name, options, steps) {
  test(name, async () => {
    const { context, faults } = await open(options);
    try {
      const page = await context.newPage();
      page.klayers = options;
      await steps(page, context);
      // What a page does at last is seen, too. Without JavaScript it does nothing, and no timer of it ever ends.
      if (!page.isClosed() && options.javascript !== false) await page.evaluate(() => new Promise((done) => setTimeout(done)));
    } finally {
      await context.close();
    }
    assert.deepEqual(faults, [], "what no page may do");
  });
}

/** Opens a page of the site by its path from the site's top, and waits until its scripts have run. */
export async function go(page, path = "") {
  const answer = await page.goto(new URL(path, site).href, { waitUntil: "load" });
  return answer;
}

/** Waits until nothing is on its way any more, and what came is painted. */
export async function settled(page) {
  const requests = underWay.get(page.context());
  const painted = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  do await painted();
  while (requests.size > 0);
  await painted();
}

/** What the clipboard has. */
export async function clipboard(page) {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** A picture of the whole page, for people to look at, where KLAYERS_SHOTS names a folder. */
export async function shot(page, name) {
  if (!process.env.KLAYERS_SHOTS) return;
  await mkdir(process.env.KLAYERS_SHOTS, { recursive: true });
  const { width = "desktop", theme = "light" } = page.klayers ?? {};
  const path = join(process.env.KLAYERS_SHOTS, `${name}-${width}-${theme}.png`);
  await page.screenshot({ path, fullPage: true });
}
