// What the form of "Request a package" takes and how it writes it: the cases that the program's own reader is held against, too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { field, files, request, row } from "../../site/static/package-row.js";

const cases = JSON.parse(readFileSync(new URL("package-rows.json", import.meta.url)));

for (const { text, cell, row: written, refused } of cases) {
  test(`${refused ? "refused" : "taken"}: ${JSON.stringify(text)}`, () => {
    const asked = request(text);
    if (refused) {
      // An empty field is not yet wrong.
      assert.equal(asked.refused, text.trim() === "" ? "empty" : refused);
      assert.equal(asked.words === "", text.trim() === "");
    } else {
      assert.equal(asked.refused, undefined, asked.words);
      assert.equal(asked.cell, cell);
      assert.equal(row(asked.cell), written);
    }
  });
}

test("what pip is told is not what stands in a row", () => {
  assert.match(request("pip install requests").words, /requests$/);
  assert.match(request("uv add requests").words, /requests$/);
});

test("fields are quoted where they must be, and stay on one line", () => {
  for (const [text, expected] of [["MIT", "MIT"], [" a  b\n", "a b"], ["a, b", '"a, b"'], ['say "x"', '"say ""x"""'], ["", ""]]) assert.equal(field(text), expected);
  assert.equal(row("requests", "Apache-2.0", "A <a@example.org>, B"), 'requests,Apache-2.0,"A <a@example.org>, B"');
});

test("the files ask for what was chosen and for nothing else", () => {
  const runtimes = [
    { id: "p3.14", files: ["packages.csv", "packages_p314.csv"] },
    { id: "p3.13", files: ["packages.csv", "packages_p313.csv"] },
    { id: "p3.12", files: ["packages.csv"] },
  ];
  for (const [wanted, names, missing] of [
    [["p3.14", "p3.13", "p3.12"], ["packages.csv"], []],
    [["p3.14"], ["packages_p314.csv"], []],
    [["p3.14", "p3.13"], ["packages_p314.csv", "packages_p313.csv"], []],
    [["p3.12"], [], ["p3.12"]],
    [["p3.12", "p3.13"], ["packages_p313.csv"], ["p3.12"]],
    [[], [], []],
  ]) {
    const found = files(wanted, runtimes);
    assert.deepEqual([found.files.map(({ name }) => name), found.missing], [names, missing], wanted.join());
  }
});
