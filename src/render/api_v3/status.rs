//! Whether each package has a layer on each runtime, and if not, why and since when: nothing is missing in silence.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::paths;
use super::schema::Kind;
use super::subject::Subject;
use crate::ledger::StatusState;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::schema_words as words;
use crate::render::view::{PackageView, RuntimeView, View};

/// Every package on every runtime that asks for it or has it, sorted by package and runtime.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Status")]
pub struct StatusFile<'a> {
    /// How many are in each state: a package counts once on each of its runtimes. A state that none is in is left out.
    pub counts: BTreeMap<PackageState, usize>,
    /// The packages on runtimes.
    pub packages: Vec<PackageStatus<'a>>,
}

/// A package on a runtime.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PackageOnRuntime")]
pub struct PackageStatus<'a> {
    /// The package and the runtime.
    #[serde(flatten)]
    pub subject: Subject<'a>,
    /// Whether a row of the catalogue asks for it. What nobody asks for any more is listed until it expires.
    pub requested: bool,
    /// The version that is latest, whatever became of the last attempt; null when none is.
    pub latest_version: Option<&'a str>,
    /// When that version was published; null when there is none.
    pub published_at: Option<Timestamp>,
    /// How the last attempt ended.
    #[serde(flatten)]
    pub status: StatusRow<'a>,
}

/// How the last attempt to build a package ended.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PackageStatus")]
pub struct StatusRow<'a> {
    /// What the package is there.
    pub state: PackageState,
    /// A short name of the reason, for programs, such as `no-wheel`; null when all is well.
    #[schemars(with = "Option<words::KebabWord>")]
    pub code: Option<&'a str>,
    /// The reason in words, for people; null when all is well.
    pub reason: Option<&'a str>,
    /// Since when it is so for this reason; null when all is well.
    pub since: Option<Timestamp>,
}

/// What a package is on a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PackageState {
    /// Its newest version is there.
    Published,
    /// An older version than the newest is there, because the newest cannot be built.
    HeldBack,
    /// The last attempt failed; an older version may be there.
    Failed,
    /// It does not fit into a layer.
    TooBig,
    /// It has nothing that works on this runtime.
    Unsupported,
    /// It was not tried yet.
    Pending,
    /// What was there was withdrawn, was lost or has expired, and nothing took its place.
    Gone,
}

/// Codes of packages that do not fit.
const TOO_BIG: [&str; 1] = ["too-large"];
/// Codes of packages that have nothing for a runtime: no wheel, or one that cannot work there.
const UNSUPPORTED: [&str; 8] =
    ["elf-library-missing", "elf-private-symbols", "elf-too-new", "elf-wrong-loader", "elf-wrong-machine", "native-build", "no-wheel", "python-not-supported"];

/// What a package is on its runtime.
pub fn status<'a>(package: &PackageView<'a>) -> StatusRow<'a> {
    let state = match package.status {
        Some(entry) => match entry.state {
            StatusState::HeldBack => PackageState::HeldBack,
            StatusState::Failed if TOO_BIG.contains(&entry.code.as_str()) => PackageState::TooBig,
            StatusState::Failed if UNSUPPORTED.contains(&entry.code.as_str()) => PackageState::Unsupported,
            StatusState::Failed => PackageState::Failed,
        },
        None if package.current().is_some() => PackageState::Published,
        None if package.was_built() => PackageState::Gone,
        None => PackageState::Pending,
    };
    let entry = package.status;
    StatusRow { state, code: entry.map(|entry| entry.code.as_str()), reason: entry.map(|entry| entry.reason.as_str()), since: entry.map(|entry| entry.since) }
}

/// Every package on every runtime, sorted by package and runtime.
pub fn rows<'a>(view: &'a View<'_>) -> Vec<PackageStatus<'a>> {
    let of_runtime = view.runtimes.iter().flat_map(|runtime| runtime.packages.iter().map(move |package| (runtime, package)));
    let mut rows: Vec<PackageStatus<'_>> = of_runtime.map(|(runtime, package)| row(runtime, package)).collect();
    // Stable: the runtimes of a package keep their order.
    rows.sort_by_key(|row| row.subject.normalized_name);
    rows
}

/// A package on a runtime.
fn row<'a>(runtime: &RuntimeView<'_>, package: &'a PackageView<'_>) -> PackageStatus<'a> {
    PackageStatus {
        subject: Subject::new(runtime, package),
        requested: package.row.is_some(),
        latest_version: package.current().map(|published| published.version.as_str()),
        published_at: package.current().map(|published| published.at),
        status: status(package),
    }
}

/// Puts the file.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let rows = rows(view);
    let mut counts = BTreeMap::new();
    for row in &rows {
        *counts.entry(row.status.state).or_insert(0) += 1;
    }
    let updated_at = rows.iter().filter_map(|row| row.published_at.max(row.status.since)).max();
    sink.put(paths::STATUS, &document(Kind::Status, updated_at, StatusFile { counts, packages: rows }))
}
