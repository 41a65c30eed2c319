//! What changed, by month.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::paths;
use super::release::{DriftRow, drift};
use super::schema::Kind;
use super::subject::Subject;
use crate::ledger::{Event, Published};
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::schema_words as words;
use crate::render::view::{PackageView, RuntimeView, View};

/// The months in which anything changed, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChangeMonths")]
pub struct MonthsFile {
    /// The months.
    pub months: Vec<Month>,
}

/// A month.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Month {
    /// The month, in universal time.
    #[schemars(with = "words::Month")]
    pub month: String,
    /// How many changes there were.
    pub change_count: usize,
    /// The path of the file with its changes, from the top of the site.
    #[schemars(with = "words::SitePath")]
    pub path: String,
}

/// What changed in a month, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Changes")]
pub struct ChangesFile<'a> {
    /// The month, in universal time.
    #[schemars(with = "words::Month")]
    pub month: String,
    /// The changes: by time, then by layer.
    pub changes: Vec<Change<'a>>,
}

/// What happened to layers of one package on one runtime at one moment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Change<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: ChangeKind,
    /// The package and the runtime.
    #[serde(flatten)]
    pub subject: Subject<'a>,
    /// The layer's name.
    #[schemars(with = "words::LayerName")]
    pub layer: &'a str,
    /// The package's version; null for what happened to layer versions of several builds.
    pub version: Option<&'a str>,
    /// What differs from the build before; null for the first one, and when nothing was published.
    pub drift: Option<DriftRow<'a>>,
    /// Why it was yanked; null for all else.
    pub reason: Option<&'a str>,
    /// The numbers of the layer versions, by the region's code; empty when all of the build's are meant, as when it is yanked.
    #[schemars(with = "BTreeMap<String, words::Number>")]
    pub regions: BTreeMap<String, u64>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A build was published.
    Published,
    /// A build was found in the account and recorded after the fact.
    Adopted,
    /// A build was withdrawn.
    Yanked,
    /// A build that was withdrawn is in use again.
    Unyanked,
    /// Layer versions were deleted.
    Deleted,
    /// Layer versions are missing from the account.
    Lost,
    /// Layer versions that were missing are there.
    Found,
}

/// Puts the list of months and a file for each.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let packages: Vec<_> = view.runtimes.iter().flat_map(|runtime| runtime.packages.iter().map(move |package| (runtime, package))).collect();
    let mut counts: BTreeMap<Date, usize> = BTreeMap::new();
    for event in packages.iter().flat_map(|(_, package)| package.events) {
        *counts.entry(first_of_month(event.at())).or_insert(0) += 1;
    }
    let newest = packages.iter().flat_map(|(_, package)| package.events).map(Event::at).max();
    let month = |(&day, &change_count): (&Date, &usize)| Month { month: paths::month(day), change_count, path: paths::changes(day) };
    sink.put(paths::CHANGES, &document(Kind::ChangeMonths, newest, MonthsFile { months: counts.iter().map(month).collect() }))?;
    counts.into_keys().collect::<Vec<_>>().into_par_iter().try_for_each(|month| {
        let mut changes: Vec<Change<'_>> = packages.iter().flat_map(|(runtime, package)| changes(month, runtime, package)).collect();
        // Stable: what happened to one layer at one moment keeps its order.
        changes.sort_by_key(|change| (change.at, change.layer));
        let updated_at = changes.last().map(|change| change.at);
        sink.put(&paths::changes(month), &document(Kind::Changes, updated_at, ChangesFile { month: paths::month(month), changes }))
    })
}

fn changes<'a>(month: Date, runtime: &'a RuntimeView<'_>, package: &'a PackageView<'_>) -> Vec<Change<'a>> {
    let mut before: Option<&Published> = None;
    let mut changes = Vec::new();
    for event in package.events {
        if first_of_month(event.at()) == month {
            changes.push(change(event, before, runtime, package));
        }
        before = event.publication().or(before);
    }
    changes
}

fn change<'a>(event: &'a Event, before: Option<&'a Published>, runtime: &RuntimeView<'_>, package: &'a PackageView<'_>) -> Change<'a> {
    let (event_kind, regions) = match event {
        Event::Published(published) => (ChangeKind::Published, Some(&published.regions)),
        Event::Adopted(published) => (ChangeKind::Adopted, Some(&published.regions)),
        Event::Yanked(_) => (ChangeKind::Yanked, None),
        Event::Unyanked(_) => (ChangeKind::Unyanked, None),
        Event::Deleted(affected) => (ChangeKind::Deleted, Some(&affected.regions)),
        Event::Lost(affected) => (ChangeKind::Lost, Some(&affected.regions)),
        Event::Found(affected) => (ChangeKind::Found, Some(&affected.regions)),
    };
    let of_hash = |wanted| package.published().find(|published| published.requirements_sha256 == wanted).map(|published| published.version.as_str());
    let (version, drift, reason) = match event {
        Event::Published(published) | Event::Adopted(published) => {
            // The same build in more regions is no other build.
            let before = before.filter(|before| before.zip_sha256 != published.zip_sha256);
            (Some(published.version.as_str()), before.map(|before| drift(before, &published.requirements)), None)
        }
        Event::Yanked(yanked) => (of_hash(yanked.requirements_sha256), None, Some(yanked.reason.as_str())),
        Event::Unyanked(unyanked) => (of_hash(unyanked.requirements_sha256), None, None),
        Event::Deleted(_) | Event::Lost(_) | Event::Found(_) => (None, None, None),
    };
    Change {
        at: event.at(),
        event: event_kind,
        subject: Subject::new(runtime, package),
        layer: event.layer().as_str(),
        version,
        drift,
        reason,
        regions: regions.into_iter().flatten().map(|(region, &number)| (region.to_string(), number)).collect(),
    }
}

fn first_of_month(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date().first_of_month()
}
