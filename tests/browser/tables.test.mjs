// Journeys of the pages that the contract of the website calls "tables".

import assert from "node:assert/strict";
import { go, journey } from "./harness.mjs";

journey("the page is there", { width: "phone" }, async (page) => {
  const answer = await go(page, "status/");
  assert.equal(answer.status(), 200);
  assert.equal(await page.locator("h1").count(), 1);
});
