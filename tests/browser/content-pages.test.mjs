// What holds for every page, of those that are made of Markdown. They have one template: each is looked at twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import { holds } from "./holds.mjs";
import { CONTENT } from "./pages.mjs";

const SEEN = [
  ["phone", "light"],
  ["desktop", "dark"],
];

test("there are such pages", () => assert.ok(CONTENT.length >= 5, `${CONTENT}`));

for (const [name, path] of CONTENT) holds(name, path, SEEN);
