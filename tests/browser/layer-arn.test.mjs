// What is found in a text, and what each layer is: without a browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { classify, find, nearest, parts, written } from "../../site/static/layer-arn.js";
import { causeWords, words } from "../../site/static/arn-words.js";

const ARN = "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:10";
const NOW = Date.parse("2026-11-22T12:00:00Z");

const service = {
  prefix: "Klayers",
  accounts: [{ number: "123456789012", partition: "aws" }],
  regions: [
    { code: "eu-west-1", name: "Europe (Ireland)", partition: "aws", state: "active" },
    { code: "us-east-1", name: "US East (N. Virginia)", partition: "aws", state: "paused" },
    { code: "ap-south-1", name: "Asia Pacific (Mumbai)", partition: "aws", state: "retired" },
    { code: "us-west-2", name: "US West (Oregon)", partition: "aws", state: "active" },
  ],
  runtimes: [
    { id: "p3.9", infix: "p39", python: "3.9", architecture: "x86_64", state: "retired" },
    { id: "p3.13", infix: "p313", python: "3.13", architecture: "x86_64", state: "active" },
    { id: "p3.13-arm64", infix: "p313-arm64", python: "3.13", architecture: "arm64", state: "active" },
  ],
};

const names = () => ({
  runtimes: ["p3.9", "p3.13", "p3.13-arm64"],
  packages: [
    { name: "pandas", asked: [1], listed: [1], layers: { pandas: [1] } },
    { name: "Pillow", asked: [2], listed: [2], layers: { Pillow: [0, 2] } },
    { name: "pytz", asked: [1], listed: [1], layers: { pytz: [1] } },
    { name: "zope.interface", asked: [], listed: [], layers: { "zope-interface": [2] } },
  ],
  others: ["klayers-python38-numpy"],
});

const standing = (state, regions, more = {}) => ({ state, since: "2026-05-01T00:00:00Z", expires_at: null, reason: null, regions, ...more });
const release = (version, ...standings) => ({
  version, published_at: "2026-03-01T12:30:00Z", requirements: [], code_sha256: "", zip_bytes: 1, unzipped_bytes: 1, license: "", import_test: { state: "unknown" }, standings,
});
const file = {
  data: {
    layers: [{
      layer: "Klayers-p313-arm64-Pillow", name: "Pillow", normalized_name: "pillow", runtime: "p3.13-arm64", account_id: "123456789012",
      latest: { "eu-west-1": ARN, "us-east-1": ARN.replace("eu-west-1", "us-east-1").replace(":10", ":4") },
      releases: [
        release("12.2.0", standing("yanked", { "eu-west-1": 11 }, { reason: "broken" })),
        release("12.1.0", standing("latest", { "eu-west-1": 10, "us-east-1": 4 })),
        release("12.0.0", standing("deprecated", { "eu-west-1": 9 }, { expires_at: "2026-12-01T12:30:00Z" })),
        release("11.9.0", standing("deprecated", { "eu-west-1": 8 }, { expires_at: "2026-11-22T23:00:00Z" })),
        release("11.0.0", standing("deleted", { "eu-west-1": 7, "ap-south-1": 1 }), standing("lost", { "us-east-1": 3 })),
      ],
    }],
  },
};

const layersIn = (text) => find(text, "Klayers").layers.map(written);

for (const [name, text, expected] of [
  ["an ARN", ARN, [ARN]],
  ["with space around it", `\n  ${ARN}\t`, [ARN]],
  ["in capitals where AWS has none", ARN.replace("arn:aws:lambda", "ARN:AWS:Lambda"), [ARN]],
  ["without a number", ARN.slice(0, -3), [ARN.slice(0, -3)]],
  ["with a word for a number", ARN.replace(":10", ":latest"), [ARN.slice(0, -3)]],
  ["in a message", `An error: User: arn:aws:iam::111122223333:role/x is not authorized to perform: lambda:GetLayerVersion on resource: ${ARN} because no resource-based policy allows the lambda:GetLayerVersion action`, [ARN]],
  ["at the end of a sentence", `It is ${ARN}.`, [ARN]],
  ["in quotes and commas", `layers = ["${ARN}", '${ARN.replace("10", "9")}']`, [ARN, ARN.replace("10", "9")]],
  ["twice", `${ARN} ${ARN}`, [ARN]],
  ["in an address", `https://example.org/arn/?arn=${encodeURIComponent(ARN)}`, [ARN]],
  ["cut in two by a terminal", `arn:aws:lambda:eu-west-1:1234567\n89012:layer:Klayers-p313-arm64-Pillow:10`, [ARN]],
  ["with what cannot be seen", `${ARN.slice(0, 20)}\u200b${ARN.slice(20)}`, [ARN]],
  ["in CloudFormation", `!Sub "arn:aws:lambda:\${AWS::Region}:123456789012:layer:Klayers-p313-numpy:4"`, ["arn:aws:lambda:*:123456789012:layer:Klayers-p313-numpy:4"]],
  ["in an f-string", `f"arn:aws:lambda:{self.region}:123456789012:layer:Klayers-p313-numpy:4"`, ["arn:aws:lambda:*:123456789012:layer:Klayers-p313-numpy:4"]],
  ["in Terraform", `"arn:aws:lambda:\${data.aws_region.current.name}:123456789012:layer:x:4"`, ["arn:aws:lambda:*:123456789012:layer:x:4"]],
  ["a name with its number", "Klayers-p313-numpy:4", ["Klayers-p313-numpy:4"]],
  ["a name alone", "use Klayers-p313-numpy, please", ["Klayers-p313-numpy"]],
  ["another partition", "arn:aws-cn:lambda:cn-north-1:123456789012:layer:x:4", ["arn:aws-cn:lambda:cn-north-1:123456789012:layer:x:4"]],
  ["a function", "arn:aws:lambda:eu-west-1:123456789012:function:my-fn", []],
  ["all layers, in a policy", "arn:aws:lambda:*:123456789012:layer:Klayers-*:*", []],
  ["nothing", "", []],
  ["words", "pandas", []],
]) {
  test(`found: ${name}`, () => assert.deepEqual(layersIn(text), expected));
}

test("at most twenty are looked at, and how many are left is told", () => {
  const text = Array.from({ length: 23 }, (_, at) => ARN.replace(":10", `:${at + 1}`)).join(" ");
  const found = find(text, "Klayers");
  assert.deepEqual([found.layers.length, found.left], [20, 3]);
});

test("what is no layer is told apart", () => {
  assert.deepEqual(find("arn:aws:lambda:eu-west-1:123456789012:function:f", "Klayers").others, ["arn:aws:lambda:eu-west-1:123456789012:function:f"]);
});

for (const [text, expected] of [
  ["because no resource-based policy allows the lambda:GetLayerVersion action", "resource"],
  ["because no identity-based\n policy allows the lambda:GetLayerVersion action", "identity"],
  ["with an explicit deny in a service control policy", "deny"],
  ["with an explicit deny in an identity-based policy", "deny"],
  ["with an explicit deny in a permissions boundary", "deny"],
  ["because no permissions boundary allows the action", "boundary"],
  ["because no session policy allows the action", "session"],
  ["AccessDeniedException", null],
]) {
  test(`the cause in: ${text}`, () => {
    const { cause } = find(text, "Klayers");
    assert.equal(cause, expected);
    assert.equal(causeWords(cause, true) !== null, expected !== null);
  });
}

const verdict = (arn, { known = file, now = NOW } = {}) => {
  const [layer] = find(arn, "Klayers").layers;
  const { exists } = parts(layer.layer, service, names());
  return classify(layer, service, names(), exists ? known : null, now);
};
const at = (region, number) => `arn:aws:lambda:${region}:123456789012:layer:Klayers-p313-arm64-Pillow:${number}`;

for (const [name, arn, kind, more = {}] of [
  ["the newest", ARN, "latest"],
  ["one with days left", at("eu-west-1", 9), "deprecated", { days: 9 }],
  ["one whose day it is", at("eu-west-1", 8), "expired"],
  ["a withdrawn one", at("eu-west-1", 11), "yanked"],
  ["a deleted one", at("eu-west-1", 7), "deleted"],
  ["a lost one", at("us-east-1", 3), "lost"],
  ["a number too high", at("eu-west-1", 12), "too-high", { highest: 11 }],
  ["a number that was none of ours", at("us-east-1", 1), "no-such-number", { highest: 4 }],
  ["number nought", at("eu-west-1", 0), "no-such-number"],
  ["a region that it is not in", at("us-west-2", 1), "not-here"],
  ["a region that is not ours", at("eu-north-1", 1), "region"],
  ["one in a region that is retired", at("ap-south-1", 1), "deleted"],
  ["no number", ARN.slice(0, -3), "no-number"],
  ["no region", "Klayers-p313-arm64-Pillow:10", "any-region"],
  ["neither", "Klayers-p313-arm64-Pillow", "no-number"],
  ["other capitals", ARN.replace("Pillow", "pillow"), "capitals", { name: "Klayers-p313-arm64-Pillow" }],
  ["another account", ARN.replace("123456789012", "770693421928"), "account"],
  ["another partition", "arn:aws-cn:lambda:cn-north-1:123456789012:layer:Klayers-p313-arm64-Pillow:1", "partition"],
  ["a name that never was", "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-ptyz:1", "name"],
  ["a runtime that the package is not on", "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-Pillow:1", "name"],
  ["a name of old", "arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-python38-pandas:1", "name"],
]) {
  test(`what it is: ${name}`, () => {
    const found = verdict(arn);
    assert.equal(found.kind, kind);
    for (const [field, value] of Object.entries(more)) assert.deepEqual(found[field], value);
    const said = words(found, service);
    assert.ok(said.title && said.badge && said.tone && said.lines.every((line) => typeof line === "string" && !/undefined|null|NaN/.test(line)), JSON.stringify(said));
    assert.ok(!/undefined|null|NaN/.test(said.title), said.title);
  });
}

test("what took its place is told for all that are of one layer", () => {
  for (const number of [7, 8, 9, 11, 99]) assert.equal(verdict(at("eu-west-1", number)).latest["eu-west-1"], ARN);
});

test("a layer of the same name in another account leads to ours", () => {
  assert.equal(verdict(ARN.replace("123456789012", "770693421928")).latest["eu-west-1"], ARN);
});

test("the runtime and the package are read out of a name", () => {
  for (const [name, exists, runtime, end, owner] of [
    ["Klayers-p313-arm64-Pillow", true, "p3.13-arm64", "Pillow", "Pillow"],
    ["klayers-P313-ARM64-pillow", true, "p3.13-arm64", "pillow", "Pillow"],
    ["Klayers-p39-Pillow", true, "p3.9", "Pillow", "Pillow"],
    ["Klayers-p313-Pillow", false, "p3.13", "Pillow", "Pillow"],
    ["Klayers-p313-arm64-zope-interface", true, "p3.13-arm64", "zope-interface", "zope.interface"],
    ["Klayers-python38-numpy", true, null, "numpy", undefined],
    ["Klayers-p38-pandas", false, null, "pandas", "pandas"],
    ["Klayers-pandas", false, null, "pandas", "pandas"],
    ["Other-p313-pandas", false, null, "Other-p313-pandas", undefined],
  ]) {
    const told = parts(name, service, names());
    assert.deepEqual([told.exists, told.runtime?.id ?? null, told.end, told.owner?.name], [exists, runtime, end, owner], name);
  }
});

test("the nearest names come first", () => {
  for (const [word, expected] of [["ptyz", ["pytz"]], ["panda", ["pandas"]], ["pilow", ["Pillow"]], ["zope_interfaces", ["zope.interface"]], ["xxxxxxxx", []], ["", []]]) {
    assert.deepEqual(nearest(word, names()).map(({ name }) => name), expected, word);
  }
});

test("no text is too odd", () => {
  for (const text of ["arn:", "arn:aws:lambda::::", "arn:aws:lambda:x:y:layer:", `${"arn:aws:lambda:".repeat(2000)}`, "{".repeat(5000), "<".repeat(5000), "Klayers-".repeat(2000), "arn:aws:lambda:eu-west-1:123456789012:layer:<script>:1"]) {
    const started = performance.now();
    find(text, "Klayers");
    assert.ok(performance.now() - started < 500, text.slice(0, 20));
  }
});
