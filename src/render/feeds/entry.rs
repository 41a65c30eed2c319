//! An entry of a feed: a moment in words.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::Timestamp;

use super::happening::Happening;
use super::moment::{Kind, Moment};
use super::{tag, words};
use crate::config::Settings;
use crate::domain::{Drift, NormalizedName, RegionCode, Requirements, Runtime};
use crate::ledger::{History, Published};

const VERSION_MAX_CHARS: usize = 60;
const LICENCE_MAX_CHARS: usize = 200;
const REASON_MAX_CHARS: usize = 500;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name that it keeps for ever.
    pub id: String,
    /// Of which package.
    pub package: NormalizedName,
    /// What happened, in a word.
    pub category: &'static str,
    /// What happened, on a line.
    pub title: String,
    /// When it began.
    pub published: Timestamp,
    /// When the last was added.
    pub updated: Timestamp,
    /// What happened, in HTML.
    pub html: String,
}

/// The newest comes first.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        other.updated.cmp(&self.updated).then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Entry {
    /// What `moment` of the package, which people spell `spelled`, tells.
    pub fn new(moment: &Moment<'_>, package: &NormalizedName, spelled: &str, settings: &Settings) -> Self {
        let version = words::plain(moment.version, VERSION_MAX_CHARS);
        let what = format!("{spelled} {version}");
        let mut html = format!("<p>{}</p>\n<ul>\n", words::html(&lead(moment, &what)));
        for (runtimes, text) in items(moment, package, settings) {
            let _ = writeln!(html, "<li><b>{}</b>: {text}</li>", words::runtimes(&runtimes));
        }
        html.push_str("</ul>");
        Self {
            id: tag::of_entry(moment.account, moment.day, &settings.prefix, package, moment.version, moment.kind.word()),
            package: package.clone(),
            category: moment.kind.word(),
            title: format!("{what} {}", verb(moment)),
            published: moment.first(),
            updated: moment.last(),
            html,
        }
    }
}

fn is_rebuild(moment: &Moment<'_>) -> bool {
    moment.happenings.iter().all(|happening| happening.previous.is_some_and(|previous| previous.version == moment.version))
}

fn verb(moment: &Moment<'_>) -> &'static str {
    match moment.kind {
        Kind::Published if is_rebuild(moment) => "rebuilt",
        Kind::Published => "published",
        Kind::MoreRegions => "in more regions",
        Kind::Yanked => "withdrawn",
        Kind::Unyanked => "no longer withdrawn",
        Kind::Deleted => "deleted",
        Kind::Lost => "missing",
        Kind::Found => "found again",
    }
}

fn lead(moment: &Moment<'_>, what: &str) -> String {
    match moment.kind {
        Kind::Published if is_rebuild(moment) => format!("{what} was built again: the version is the same."),
        Kind::Published => format!("{what} was published."),
        Kind::MoreRegions => format!("{what} is now in regions that did not have it."),
        Kind::Yanked => format!("{what} was withdrawn: it is no longer listed and should not be used. Functions that have it go on running."),
        Kind::Unyanked => format!("{what} may be used again: its withdrawal was undone."),
        Kind::Deleted => {
            format!("{what} was deleted in the regions below: it can no longer be added to a function there. Functions that have it go on running.")
        }
        Kind::Lost => format!("{what} is missing from the account in the regions below. It is no longer listed there; functions that have it go on running."),
        Kind::Found => format!("{what} is in the account after all in the regions below, and is listed there again."),
    }
}

/// What is said of each build, for all runtimes of which the same is said; the newest runtimes first.
fn items(moment: &Moment<'_>, package: &NormalizedName, settings: &Settings) -> Vec<(BTreeSet<Runtime>, String)> {
    let mut builds: BTreeMap<(Runtime, usize), Vec<&Happening<'_>>> = BTreeMap::new();
    for happening in &moment.happenings {
        builds.entry((happening.runtime, happening.build)).or_default().push(happening);
    }
    let mut items: BTreeMap<String, BTreeSet<Runtime>> = BTreeMap::new();
    for ((runtime, _), happenings) in builds {
        items.entry(item(&happenings, package, settings)).or_default().insert(runtime);
    }
    let mut items: Vec<(BTreeSet<Runtime>, String)> = items.into_iter().map(|(text, runtimes)| (runtimes, text)).collect();
    items.sort_by(|(a, _), (b, _)| b.last().cmp(&a.last()));
    items
}

/// What is said of one build, in HTML.
fn item(happenings: &[&Happening<'_>], package: &NormalizedName, settings: &Settings) -> String {
    let Some(last) = happenings.last() else { return String::new() };
    let regions: BTreeSet<&RegionCode> = happenings.iter().flat_map(|happening| &happening.regions).copied().collect();
    let mut sentences = Vec::new();
    let older = if last.is_outdone { "an older build" } else { "" };
    match (older, regions.is_empty()) {
        ("", true) => {}
        ("", false) => sentences.push(format!("in {}.", words::regions(&regions))),
        (older, true) => sentences.push(format!("{older}.")),
        (older, false) => sentences.push(format!("{older}, in {}.", words::regions(&regions))),
    }
    if !last.reason.is_empty() {
        sentences.push(format!("Reason: {}.", words::html(words::plain(last.reason, REASON_MAX_CHARS).trim_end_matches('.'))));
    }
    match last.kind {
        Kind::Published => {
            sentences.push(change(last, package));
            let licence = words::plain(&last.published.license, LICENCE_MAX_CHARS);
            if !licence.is_empty() {
                sentences.push(format!("Licence: {}.", words::html(&licence)));
            }
        }
        Kind::Yanked | Kind::Unyanked | Kind::Lost | Kind::Found => sentences.extend(latest(last, &regions, settings)),
        Kind::MoreRegions | Kind::Deleted => {}
    }
    sentences.join(" ")
}

/// What is the latest after that, in HTML; nothing where regions differ.
fn latest(happening: &Happening<'_>, regions: &BTreeSet<&RegionCode>, settings: &Settings) -> Option<String> {
    let history = History::fold(happening.until, settings.retention_days);
    let in_region = |region| history.latest(region).map(|version| version.build);
    let mut latest: BTreeSet<Option<usize>> =
        if regions.is_empty() { [history.current_index()].into() } else { regions.iter().map(|region| in_region(region)).collect() };
    let there = if regions.is_empty() { "" } else { " there" };
    let build = latest.pop_first().filter(|_| latest.is_empty())?;
    Some(match build.map(|build| &history.builds[build].published) {
        None => format!("There is no other layer{there}."),
        Some(build) if build.requirements_sha256 == happening.published.requirements_sha256 => format!("It is the latest{there} now."),
        Some(build) if build.version == happening.published.version => format!("Another build of it is the latest{there} now."),
        Some(build) => format!("The latest{there} is {} now.", words::html(&words::plain(&build.version, VERSION_MAX_CHARS))),
    })
}

/// How the build differs from the one before, in HTML.
fn change(happening: &Happening<'_>, package: &NormalizedName) -> String {
    let Some(previous) = happening.previous else { return "The first layer.".to_owned() };
    let drift = Drift::between(&others(previous, package), &others(happening.published, package));
    let version = words::html(&words::plain(&previous.version, VERSION_MAX_CHARS));
    format!("After {version}: {}.", words::code(&drift.to_string()))
}

/// What a layer holds beside the package itself, whose move is told by its version.
fn others(published: &Published, package: &NormalizedName) -> Requirements {
    let is_other = |line: &&String| line.split("==").next() != Some(package.as_str());
    let lines: Vec<String> = published.requirements.lines().iter().filter(is_other).cloned().collect();
    lines.try_into().expect("some of the lines of requirements are requirements")
}
