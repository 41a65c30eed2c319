// The words for what layer-arn.js found out: `{ tone, badge, title, lines, instead }`. No page, no network. What strangers wrote goes into
// plain text only.

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** A moment of the API as a day, in universal time. */
export const day = (moment) => DAY.format(new Date(moment));

/** A number with the right form of its word. */
export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** Names in a row: `a, b and c`. */
export function list(names, most = 6) {
  const shown = names.length > most ? [...names.slice(0, most), `${names.length - most} more`] : names;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

const KEEPS = "A function that has it goes on running: AWS keeps what a function uses.";
const DENIED = "Whoever names it in a deployment is told that access is denied, even for a function that has it already.";
const HERE_ONLY = "A function can have layers of its own region alone. If yours is in another, choose it below.";

/** The words for `verdict`. */
export function words(verdict, service) {
  const said = { instead: "Use this instead", ...KINDS[verdict.kind](verdict, service) };
  return verdict.standing ? { ...said, lines: [...said.lines, ...regionLines(verdict.region), ...runtimeLines(verdict.row, service)] } : said;
}

const KINDS = {
  latest: ({ layer }) => ({
    tone: "good",
    badge: "latest",
    title: "This is the newest",
    lines: [`It is public: every function in ${layer.region} whose Python and processor fit can have it.`, HERE_ONLY],
    instead: "The newest",
  }),
  deprecated: ({ standing, days }) => ({
    tone: "caution",
    badge: "deprecated",
    title: `It works until ${day(standing.expires_at)}: ${days === 1 ? "one more day" : `${days} more days`}`,
    lines: [
      `A newer one took its place on ${day(standing.since)}. Until it expires it can be deployed as before.`,
      "After that it is deleted on some day. Functions that have it go on running, but none can be deployed with it again.",
    ],
  }),
  expired: ({ standing }) => ({
    tone: "bad",
    badge: "expired",
    title: `It expired on ${day(standing.expires_at)}`,
    lines: ["It may be deleted on any day, or be gone by now.", KEEPS, `Once it is gone: ${lower(DENIED)}`],
  }),
  yanked: ({ standing }) => ({
    tone: "bad",
    badge: "withdrawn",
    title: `It was withdrawn on ${day(standing.since)}: do not use it`,
    lines: [...(standing.reason ? [`The reason: ${standing.reason}`] : []), "Functions that have it go on running, with whatever is wrong with it."],
  }),
  lost: ({ standing }) => ({
    tone: "bad",
    badge: "lost",
    title: "It is lost",
    lines: [`It was seen to be missing from our account on ${day(standing.since)}, and not because it expired.`, KEEPS, DENIED],
  }),
  deleted: ({ standing }) => ({
    tone: "bad",
    badge: "deleted",
    title: `It was deleted on ${day(standing.since)}`,
    lines: [KEEPS, DENIED],
  }),
  "no-number": ({ layer, region }) => ({
    tone: "caution",
    badge: "no number",
    title: "It lacks the number of a version",
    lines: [
      "A function names one version of a layer, with its number at the end of the ARN. Words such as latest are not taken.",
      ...(layer.region === null ? ["Each region has numbers of its own."] : regionLines(region)),
    ],
    instead: "The newest",
  }),
  "any-region": ({ layer, places }) => ({
    tone: places.length === 0 ? "bad" : "caution",
    badge: "which region?",
    title: `Number ${layer.number} is not the same in every region`,
    lines: [
      places.length === 0 ? `No region has a version ${layer.number} of it.` : `Number ${layer.number} is ${list(byState(places))}.`,
      "Each region counts by itself, so an ARN is not right in another region by putting that region's name into it.",
    ],
    instead: "The newest, by region",
  }),
  "too-high": ({ layer, highest }) => ({
    tone: "bad",
    badge: "never published",
    title: `There is no number ${layer.number} in ${layer.region}`,
    lines: [`The highest that was ever published there is ${highest}. Each region counts by itself: the number may be of another region.`],
  }),
  "no-such-number": ({ layer, highest }) => ({
    tone: "bad",
    badge: "not known",
    title: `Number ${layer.number} in ${layer.region} is none that we published`,
    lines: [`The highest there is ${highest}. Of number ${layer.number} nothing was ever recorded.`],
  }),
  "not-here": ({ layer, row }) => ({
    tone: "bad",
    badge: "not in this region",
    title: `It was never published to ${layer.region}`,
    lines: [
      Object.keys(row.latest).length > 0 ? `It is in ${list(Object.keys(row.latest))}.` : "It is in no other region any more, either.",
      "A function can have layers of its own region alone.",
    ],
    instead: "In another region",
  }),
  region: ({ layer, row }, service) => ({
    tone: "bad",
    badge: "not our region",
    title: `We do not publish to ${layer.region}`,
    lines: [
      `Our regions are ${list(service.regions.filter(({ state }) => state !== "retired").map(({ code }) => code), 40)}.`,
      "Look whether the region is spelled as AWS does. If your function is there indeed, build the layer in your own account, or ask for the region.",
    ],
    instead: Object.keys(row.latest).length > 0 ? "In another region" : "",
  }),
  partition: ({ layer }) => ({
    tone: "bad",
    badge: "another partition",
    title: `It is in ${PARTITIONS[layer.partition] ?? `the partition ${layer.partition}`}, where we have nothing`,
    lines: ["Partitions of AWS share no accounts and no layers: from there, none of ours can be used. Download the layer and publish it in an account there."],
    instead: "In our partition",
  }),
  account: ({ layer, row, told }, service) => ({
    tone: "caution",
    badge: "another account",
    title: `The account ${layer.account} is not ours`,
    lines: [
      service.accounts.length === 0 ? "Nothing has been published here yet." : `Our layers are in ${list(service.accounts.map(({ number }) => number))}.`,
      "Of the layers of others we cannot know whether they are there, or whether you may use them: ask whoever published it.",
      ...(row ? [`We have a layer of the same name, built by us.`] : told.owner ? [`We have layers of ${told.owner.name}, too.`] : []),
    ],
    instead: "Ours of the same name",
  }),
  capitals: ({ name, layer }) => ({
    tone: "bad",
    badge: "capitals",
    title: "Its capitals are others",
    lines: [`It is ${name}, not ${layer.layer}. AWS tells capitals from small letters, and says for one that is not there that access is denied.`],
  }),
  name: (verdict, service) => nameWords(verdict, service),
};

const PARTITIONS = { aws: "the commercial regions", "aws-cn": "China", "aws-us-gov": "GovCloud" };
const STATES = { latest: "the latest", deprecated: "deprecated", expired: "expired", yanked: "withdrawn", lost: "lost", deleted: "deleted" };

function byState(places) {
  const states = new Map();
  for (const { region, state } of places) states.set(state, [...(states.get(state) ?? []), region]);
  return [...states].map(([state, regions]) => `${STATES[state]} in ${list(regions, 8)}`);
}

function regionLines(region) {
  if (region?.state === "paused") return [`${region.code} is paused: its layers stay, and newer ones come when it is back.`];
  if (region?.state === "retired") return [`We no longer publish to ${region.code}: what is there gets no successor there.`];
  return [];
}

function runtimeLines(row, service) {
  const runtime = service.runtimes.find(({ id }) => id === row.runtime);
  if (!runtime || runtime.state === "active") return [];
  return [`For ${runtimeTitle(runtime)} nothing new is built any more: move the function to a newer Python.`];
}

function nameWords({ layer, told }, service) {
  const title = `${layer.layer} was never a layer of ours`;
  const owner = told.owner;
  const lines = [];
  if (told.runtime && owner) {
    const others = list(owner.listed.map((at) => runtimeTitle(service.runtimes[at])), 4);
    lines.push(`${owner.name} has no layer for ${runtimeTitle(told.runtime)}.`, others ? `It has one for ${others}.` : "It has none for any other, either.");
  } else if (told.python && !told.runtime) {
    lines.push(`There are no layers for Python ${told.python} on ${told.architecture} here.`);
    if (owner) lines.push(`There are layers of ${owner.name} for other Pythons.`);
  } else if (owner) {
    lines.push(`There are layers of ${owner.name}; their names begin otherwise.`);
  }
  if (told.isOldForm) lines.push(`Names in this form are long gone: a layer's name now begins with ${service.prefix}-p${told.python?.replace(".", "")}-.`);
  if (!owner) lines.push(`No package is called ${told.end || layer.layer}.`);
  return { tone: "bad", badge: "no such layer", title, lines, instead: "" };
}

/** Which runtime, for people. */
export const runtimeTitle = ({ python, architecture }) => `Python ${python} on ${architecture}`;

const lower = (sentence) => sentence[0].toLowerCase() + sentence.slice(1);

/** What AWS's own reason means for a layer of which `isAlive` is known; null when the text has no reason. */
export function causeWords(cause, isAlive) {
  const reason = {
    deny: "AWS says that a policy forbids it outright: one of your account or organisation, and not the layer's. Nothing else that allows it helps.",
    identity: "AWS says that no policy of the caller allows it. Allow lambda:GetLayerVersion for this layer to whoever deploys.",
    organisation: "AWS says that your organisation's service control policy does not allow it.",
    boundary: "AWS says that the caller's permissions boundary does not allow it.",
    session: "AWS says that the policy of the caller's session does not allow it, as CI roles may have one.",
    endpoint: "AWS says that the policy of the VPC endpoint, through which the call went, does not allow it.",
    resource: "AWS says that the layer's own policy allows nobody: so it says of versions that are deleted, never were, or are not public.",
  }[cause];
  if (!reason) return null;
  if (cause === "resource") return isAlive ? `${reason} This one is there. If the text was of this very ARN and is not old, please report it.` : reason;
  return reason;
}
