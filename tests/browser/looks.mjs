// What can be found wrong with a page that is open. Each function returns a list of what is wrong, empty when nothing is.

import { readFile } from "node:fs/promises";
import { toolPath } from "./harness.mjs";

const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
let axe;

/** Violations of axe's rules, best practices and the size of targets included; `rules` are settings of single ones. */
export async function accessibility(page, rules = {}) {
  axe ??= await readFile(toolPath("axe-core/axe.min.js"), "utf8");
  // By the debugger's door: the page's policy lets no script in, and stays as it is.
  await page.evaluate(axe);
  const options = { runOnly: { type: "tag", values: AXE_TAGS }, rules: { "target-size": { enabled: true }, ...rules }, resultTypes: ["violations"] };
  const found = await page.evaluate((options) => window.axe.run(document, options).then((results) => results.violations), options);
  return found.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.replaceAll(/\s+/g, " ")}`));
}

/** What sticks out of the window at its side. */
export async function overflow(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const sticksOut = (element) => element.getBoundingClientRect().right > root.clientWidth + 1;
    // Only the innermost says anything.
    const found = [...document.body.querySelectorAll("*")].filter((element) => sticksOut(element) && ![...element.children].some(sticksOut));
    const named = found.slice(0, 5).map((element) => `<${element.localName} class="${element.className}"> ${element.textContent.trim().slice(0, 60)}`);
    return [`${root.scrollWidth} px wide in ${root.clientWidth} px`, ...named];
  });
}

/** What a printer would cut, because on the screen it is scrolled. */
export async function cutInPrint(page) {
  return page.evaluate(() => {
    const isCut = (element) => {
      const style = getComputedStyle(element);
      return style.overflowX !== "visible" && style.position !== "absolute" && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
    };
    return [...document.body.querySelectorAll("*")].filter(isCut).map((element) => {
      return `<${element.localName} class="${element.className}"> is ${element.scrollWidth} px wide in ${element.clientWidth} px`;
    });
  });
}

/** Ids that stand twice, and labels and descriptions that name none. */
export async function ids(page) {
  return page.evaluate(() => {
    const seen = new Set();
    const found = [];
    for (const { id } of document.querySelectorAll("[id]")) {
      if (seen.has(id)) found.push(`the id "${id}" stands twice`);
      seen.add(id);
    }
    for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for", "list"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        for (const id of element.getAttribute(name).split(/\s+/)) {
          if (!seen.has(id)) found.push(`${name}="${id}" of <${element.localName}> names nothing`);
        }
      }
    }
    return found;
  });
}

/** What moved since the page began, by itself. */
export async function shifts(page) {
  return page.evaluate(async () => {
    const entries = [];
    const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    // Those of before come in a task of their own.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    entries.push(...observer.takeRecords());
    observer.disconnect();
    return entries.filter((entry) => !entry.hadRecentInput).map((entry) => {
      const nodes = entry.sources.map(({ node }) => `<${node?.localName ?? node?.nodeName} class="${node?.className ?? ""}">`);
      return `moved by ${entry.value.toFixed(4)}: ${nodes.join(", ")}`;
    });
  });
}

/** That the page says what it is: one heading, one main part, a title, a language, a description. */
export async function frame(page) {
  return page.evaluate(() => {
    const found = [];
    const expect = (is, what) => is || found.push(what);
    expect(document.querySelectorAll("h1").length === 1, `${document.querySelectorAll("h1").length} headings of the first level`);
    expect(document.querySelectorAll("main").length === 1, "not one main part");
    expect(document.title.length > 3, "no title");
    expect(document.documentElement.lang === "en", "no language");
    expect((document.querySelector('meta[name="description"]')?.content ?? "").length >= 20, "no description");
    expect(document.querySelector("main").innerText.trim().length > 40, "next to nothing in the main part");
    expect(!document.querySelector("script:not([src]):not([type='application/json'])"), "an inline script");
    expect(!document.querySelector("style, [style]:not([style=''])"), "an inline style");
    return found;
  });
}
