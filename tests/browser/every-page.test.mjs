// What holds for every type of page.

import assert from "node:assert/strict";
import { go, journey, shot } from "./harness.mjs";
import { PAGES } from "./pages.mjs";

for (const [name, path] of PAGES) {
  for (const width of ["phone", "desktop"]) {
    for (const theme of ["light", "dark"]) {
      journey(`${name}, ${width}, ${theme}`, { width, theme, allow: name === "404" ? [/refused request: 404/, /console: Failed to load resource/] : [] }, async (page) => {
        await go(page, path);
        await shot(page, name);
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        assert.ok(content <= window, `${content} px wide in ${window} px`);
      });
    }
  }
}
