//! A build and what its layer versions are now: what several kinds of files tell.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::Serialize;

use super::paths::FOLDER;
use crate::domain::{Drift, ImportTest, LayerName, Paper, Pinned, RegionCode, Requirements, Sha256};
use crate::ledger::{Build, Event, History, LayerVersion, Published, VersionState};
use crate::render::schema_words as words;
use crate::render::view::View;

/// One build of a package for a runtime.
//
// `R` is what is told of each region.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReleaseWith{R}s")]
pub struct Release<'a, R> {
    /// The package's version.
    pub version: &'a str,
    /// When it was published to the first of its regions.
    pub published_at: Timestamp,
    /// What is in it: a sorted line per distribution, `name==version`.
    #[schemars(with = "Vec<words::PinnedLine>")]
    pub requirements: &'a [String],
    /// The SHA-256 of these lines, joined by line feeds: what decides whether anything changed.
    #[schemars(with = "words::Sha256Hex")]
    pub requirements_sha256: String,
    /// The SHA-256 of the zip in Lambda's form, which is base64: what `GetLayerVersion` tells as `CodeSha256`.
    #[schemars(with = "words::Sha256Base64")]
    pub code_sha256: String,
    /// The size of the zip in bytes.
    pub zip_bytes: u64,
    /// Its size in bytes when unpacked, which counts against Lambda's limit.
    pub unzipped_bytes: u64,
    /// The package's licence, as an SPDX expression where it gives one; empty when it is not known.
    pub license: &'a str,
    /// Whether it was imported before it was published.
    pub import_test: ImportTestRow<'a>,
    /// Whether it has its modules as bytecode too, so that they need not be compiled at each cold start; null when that was not recorded.
    pub bytecode: Option<bool>,
    /// The path of its lock, a `pylock.toml`, from the top of the site; null when it is not served.
    #[schemars(with = "Option<words::SitePath>")]
    pub lock: Option<String>,
    /// The path of its bill of materials, as CycloneDX, from the top of the site; null when it is not served.
    #[schemars(with = "Option<words::SitePath>")]
    pub sbom: Option<String>,
    /// How its distributions differ from those of the build before; null for the first.
    pub drift: Option<DriftRow<'a>>,
    /// What its layer versions are, by what they are: mostly one thing in all regions.
    pub standings: Vec<Standing<'a, R>>,
}

/// Whether a layer was imported under the runtime's Python.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportTest")]
pub struct ImportTestRow<'a> {
    /// How that went.
    pub state: ImportState,
    /// How many milliseconds the cold import took on the machine that tested it; null when it was not tested.
    pub milliseconds: Option<u64>,
    /// Why it was not tested; null when it was, or when that was not recorded.
    pub reason: Option<&'a str>,
}

/// How an import test went. One that failed was not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ImportState {
    /// It was imported with success.
    Passed,
    /// It was published without having been imported.
    NotTested,
    /// Nothing was recorded of it.
    Unknown,
}

/// How the distributions of a build differ from those of the build before.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Drift")]
pub struct DriftRow<'a> {
    /// The package's version in the build before.
    pub previous_version: &'a str,
    /// The distributions that the build before had not, by name.
    pub added: Vec<DistributionRow>,
    /// The distributions that only the build before had, by name.
    pub removed: Vec<DistributionRow>,
    /// The distributions whose versions begin with another number, by name.
    pub moved_major: Vec<MovedRow>,
    /// How many other distributions have another version.
    pub moved_minor_count: usize,
}

/// A distribution with its version.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Distribution")]
pub struct DistributionRow {
    /// Its normalised name.
    #[schemars(with = "words::NormalizedName")]
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A distribution with two versions.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MovedDistribution")]
pub struct MovedRow {
    /// Its normalised name.
    #[schemars(with = "words::NormalizedName")]
    pub name: String,
    /// Its version in the build before.
    pub from: String,
    /// Its version now.
    pub to: String,
}

/// The regions in which the layer versions of a build are the same thing since the same moment.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StandingWith{R}s")]
pub struct Standing<'a, R> {
    /// What they are there.
    pub state: State,
    /// Since when they are.
    pub since: Timestamp,
    /// From the day of this moment on they are no longer listed, and may be deleted; null unless deprecated or expired.
    pub expires_at: Option<Timestamp>,
    /// Why the build was yanked; null for all else.
    pub reason: Option<&'a str>,
    /// The layer versions, by the region's code: their ARNs in a package's own file, their numbers in all others.
    pub regions: BTreeMap<String, R>,
}

/// What a layer version is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "LayerState")]
pub enum State {
    /// The newest: use it.
    Latest,
    /// A newer one exists; this one works until it expires.
    Deprecated,
    /// No longer listed; it may be deleted on any day.
    Expired,
    /// Withdrawn by the operator: do not use it.
    Yanked,
    /// No longer in the account, and not because we deleted it.
    Lost,
    /// Deleted from the account. Functions that use it keep running and cannot be deployed again.
    Deleted,
}

/// Which layer versions are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Those that can be used.
    Listed,
    /// Everything ever published.
    All,
    /// Everything ever published of one layer: a package whose spelling changed has had another.
    Layer(&'a LayerName),
}

impl Scope<'_> {
    fn has(self, history: &History, version: &LayerVersion, today: Date) -> bool {
        match self {
            Self::Listed => version.state.is_listed(today),
            Self::All => true,
            Self::Layer(layer) => history.builds[version.build].published.layer == *layer,
        }
    }
}

/// What layer versions of a build are, since when, and when they expire; with what is told of each region.
type Standings<R> = BTreeMap<(State, Timestamp, Option<Timestamp>), BTreeMap<String, R>>;

/// The builds of `history`, newest first, with what `region_row` tells of each layer version in `scope`.
pub fn releases<'a, R>(
    view: &View<'_>,
    (events, history): (&'a [Event], &'a History),
    scope: Scope<'_>,
    region_row: impl Fn(&LayerVersion, &RegionCode) -> R,
) -> Vec<Release<'a, R>> {
    let mut standings: Vec<Standings<R>> = history.builds.iter().map(|_| BTreeMap::new()).collect();
    for (region, versions) in &history.regions {
        for version in versions.iter().filter(|version| scope.has(history, version, view.today)) {
            let row = region_row(version, region);
            standings[version.build].entry(what(version, view.today)).or_default().insert(region.to_string(), row);
        }
    }
    let releases = history.builds.iter().enumerate().zip(standings).filter(|(_, standings)| !standings.is_empty());
    let mut releases: Vec<Release<'a, R>> =
        releases.map(|((number, build), standings)| release(view, events, build, before(history, number), standings)).collect();
    releases.reverse();
    releases
}

/// The build whose distributions those of `number` are compared with: the newest before it that was not withdrawn.
pub fn before(history: &History, number: usize) -> Option<&Published> {
    history.builds[..number].iter().rev().find(|build| build.yanked.is_none()).map(|build| &build.published)
}

/// What `now` has and `before` had not.
pub fn drift<'a>(before: &'a Published, now: &Requirements) -> DriftRow<'a> {
    let drift = Drift::between(&before.requirements, now);
    let rows = |pinned: Vec<Pinned>| pinned.into_iter().map(|one| DistributionRow { name: one.name.to_string(), version: one.version }).collect();
    DriftRow {
        previous_version: &before.version,
        added: rows(drift.added),
        removed: rows(drift.removed),
        moved_major: drift.moved_major.into_iter().map(|one| MovedRow { name: one.name.to_string(), from: one.from, to: one.to }).collect(),
        moved_minor_count: drift.moved,
    }
}

/// The newest moment in `releases`.
pub fn newest<R>(releases: &[Release<'_, R>]) -> Option<Timestamp> {
    releases.iter().flat_map(|release| release.standings.iter().map(|standing| standing.since).chain([release.published_at])).max()
}

fn release<'a, R>(view: &View<'_>, events: &'a [Event], build: &'a Build, before: Option<&'a Published>, standings: Standings<R>) -> Release<'a, R> {
    let published = &build.published;
    let [lock, sbom] = published.papers.as_ref().map_or([None, None], |papers| papers.all().map(|paper| served(view, paper)));
    let standing = |((state, since, expires_at), regions)| {
        let reason = if state == State::Yanked { yank_reason(events, published.requirements_sha256) } else { None };
        Standing { state, since, expires_at, reason, regions }
    };
    Release {
        version: &published.version,
        published_at: published.at,
        requirements: published.requirements.lines(),
        requirements_sha256: published.requirements_sha256.to_string(),
        code_sha256: published.zip_sha256.lambda_form(),
        zip_bytes: published.zip_bytes,
        unzipped_bytes: published.unzipped_bytes,
        license: &published.license,
        import_test: import_test(published),
        bytecode: published.papers.as_ref().map(|papers| papers.bytecode),
        lock,
        sbom,
        drift: before.map(|before| drift(before, &published.requirements)),
        standings: standings.into_iter().map(standing).collect(),
    }
}

/// Why the build with these requirements was withdrawn, if it was.
pub fn yank_reason(events: &[Event], requirements_sha256: Sha256) -> Option<&str> {
    events.iter().rev().find_map(|event| match event {
        Event::Yanked(yanked) if yanked.requirements_sha256 == requirements_sha256 => Some(yanked.reason.as_str()),
        Event::Yanked(_) | Event::Unyanked(_) | Event::Published(_) | Event::Adopted(_) | Event::Deleted(_) | Event::Lost(_) | Event::Found(_) => None,
    })
}

fn served(view: &View<'_>, paper: Paper) -> Option<String> {
    view.papers.contains(&paper).then(|| format!("{FOLDER}/{}", paper.path()))
}

fn import_test(published: &Published) -> ImportTestRow<'_> {
    match published.papers.as_ref().map(|papers| &papers.import_test) {
        None => ImportTestRow { state: ImportState::Unknown, milliseconds: None, reason: None },
        Some(ImportTest::Passed { milliseconds }) => ImportTestRow { state: ImportState::Passed, milliseconds: Some(*milliseconds), reason: None },
        Some(ImportTest::NotTested { reason }) => ImportTestRow { state: ImportState::NotTested, milliseconds: None, reason: Some(reason) },
    }
}

/// What a layer version is, since when, and when it expires.
pub fn what(version: &LayerVersion, today: Date) -> (State, Timestamp, Option<Timestamp>) {
    match version.state {
        VersionState::Latest => (State::Latest, version.published_at, None),
        VersionState::Deprecated { expires, .. } if expires.to_zoned(TimeZone::UTC).date() <= today => (State::Expired, expires, Some(expires)),
        VersionState::Deprecated { since, expires } => (State::Deprecated, since, Some(expires)),
        VersionState::Yanked { at } => (State::Yanked, at, None),
        VersionState::Lost { at } => (State::Lost, at, None),
        VersionState::Deleted { at } => (State::Deleted, at, None),
    }
}
