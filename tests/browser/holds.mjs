// What holds for every page: accessible in both themes and with forced colours, nothing moves by itself, nothing sticks out or is
// cut by a printer, nothing is said on the console, and everything is there without scripts.

import assert from "node:assert/strict";
import { go, journey, settled, shot } from "./harness.mjs";
import { accessibility, cutInPrint, frame, ids, overflow, shifts } from "./looks.mjs";
import { allowed } from "./pages.mjs";

const CPU_SLOWER = 4;
// Chromium lays a sheet of A4 (718 px without margins of 10 mm) out at 4/3 of its width, and shrinks what is wider, down to half.
const PAPER_WIDTH = 957;
const SHRUNK_WIDTH = 1436;

const THEMES = [
  ["phone", "light"],
  ["phone", "dark"],
  ["desktop", "light"],
  ["desktop", "dark"],
];

/** The journeys of one page; `seen` are the widths and themes that it is looked at in. */
export function holds(name, path, seen = THEMES) {
  const allow = allowed(name);
  for (const [width, theme] of seen) {
    journey(`${name}, ${width}, ${theme}`, { width, theme, allow }, async (page, context) => {
      const devtools = await context.newCDPSession(page);
      // Nothing moves otherwise in another theme.
      if (theme === "light") await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWER });
      await go(page, path);
      await settled(page);
      const moved = await shifts(page);
      if (theme === "light") await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
      await shot(page, name);
      const found = [...moved, ...(await overflow(page)), ...(await ids(page)), ...(await frame(page)), ...(await accessibility(page))];
      assert.deepEqual(found, []);
    });
  }

  journey(`${name}, narrow, with forced colours, printed`, { width: 320, reducedMotion: "reduce", allow }, async (page) => {
    await go(page, path);
    await settled(page);
    assert.deepEqual(await overflow(page), [], "320 px wide");
    await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
    assert.deepEqual(await overflow(page), [], "320 px wide with forced colours");
    await page.setViewportSize({ width: 1280, height: 800 });
    // The colours are the system's own then, and what a script is told of them is not what is shown.
    assert.deepEqual([...(await overflow(page)), ...(await accessibility(page, { "color-contrast": { enabled: false } }))], [], "forced colours");
    await page.emulateMedia({ forcedColors: "none", media: "print", colorScheme: "dark" });
    await page.setViewportSize({ width: PAPER_WIDTH, height: 1000 });
    assert.deepEqual(await cutInPrint(page), [], "printed");
    await page.setViewportSize({ width: SHRUNK_WIDTH, height: 1000 });
    assert.deepEqual([...(await overflow(page)), ...(await cutInPrint(page))], [], "printed and shrunk");
  });

  journey(`${name}, without scripts`, { width: "phone", javascript: false, allow }, async (page) => {
    await go(page, path);
    assert.deepEqual([...(await overflow(page)), ...(await frame(page))], []);
    for (const element of await page.locator(".js-only").all()) {
      assert.equal(await element.isVisible(), false, `there without scripts: ${await element.innerText()}`);
    }
  });
}
