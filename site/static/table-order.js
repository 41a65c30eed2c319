// The order of texts, numbers, days and versions in columns that are sorted. Nothing here touches the page.

const WORDS = new Intl.Collator("en", { sensitivity: "base", numeric: true });
// Versions as the packaging rules of Python write them: epoch, release, pre-release, post-release, development, local.
const VERSION =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:[-_.]?(?:post|rev|r)[-_.]?(\d*)|-(\d+))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9.]+))?$/i;
const STAGES = { dev: 0, a: 1, alpha: 1, b: 2, beta: 2, c: 3, rc: 3, pre: 3, preview: 3 };
const FINAL = 4;

function parsed(text) {
  const found = VERSION.exec(text.trim());
  if (!found) return null;
  const [, epoch = "0", release, stage, stageNumber, post, postBare, dev, devNumber, local = ""] = found;
  const isPost = post !== undefined || postBare !== undefined;
  // A development release of a final version comes before its pre-releases.
  const rank = stage ? STAGES[stage.toLowerCase()] : dev && !isPost ? STAGES.dev : FINAL;
  return {
    numbers: [Number(epoch), ...release.split(".").map(Number)],
    rest: [rank, Number(stageNumber || 0), isPost ? Number(post || postBare || 0) + 1 : 0, dev ? Number(devNumber || 0) : Infinity],
    local,
  };
}

function byNumbers(one, other) {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const [left, right] = [one[at] ?? 0, other[at] ?? 0];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function byVersion(one, other) {
  if (!one || !other) return Number(!one) - Number(!other);
  return byNumbers(one.numbers, other.numbers) || byNumbers(one.rest, other.rest) || WORDS.compare(one.local, other.local);
}

const KINDS = {
  text: { key: (text) => text, compare: WORDS.compare },
  date: { key: (text) => text, compare: (one, other) => (one < other ? -1 : Number(one > other)) },
  number: { key: Number, compare: (one, other) => one - other },
  version: { key: parsed, compare: byVersion },
};

/** The texts' places in order of `kind`: an array of their indices. What is equal keeps its order, also when `isDescending`. */
export function order(texts, kind, isDescending = false) {
  const { key, compare } = KINDS[kind];
  const keys = texts.map(key);
  const sign = isDescending ? -1 : 1;
  return texts.map((_, at) => at).sort((one, other) => sign * compare(keys[one], keys[other]) || one - other);
}
