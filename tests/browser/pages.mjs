// One of each page type, by a name for pictures.

export const PAGES = [
  ["home", ""],
  ["package", "packages/pandas/"],
  ["package-failed", "packages/opencv-python-headless/"],
  ["package-never-built", "packages/ujson/"],
  ["table", "api/v2/p3.13-arm64/layers/latest/eu-west-1/html/"],
  ["table-empty", "api/v2/p3.10/layers/latest/us-west-2/html/"],
  ["status", "status/"],
  ["arn", "arn/"],
  ["request", "request/"],
  ["docs", "docs/"],
  ["api-reference", "api-reference/"],
  ["404", "no/such/page/"],
];
