//! What the first page shows: the search and what there is to choose from, every package, and the way to every region's table.

use std::cmp::Reverse;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::addresses;
use super::choices::{Choices, shown_regions, shown_runtimes};
use super::frame::{Frame, Section, Sheet};
use crate::config::Region;
use crate::domain::{RegionState, RuntimeState};
use crate::ledger::Event;
use crate::render::api_v2::table_address;
use crate::render::api_v3::status::{PackageState, status};
use crate::render::view::{PackageView, RuntimeView, View};
use crate::render::{RenderError, Sink};

/// The context of `home.html`.
#[derive(Debug, Serialize)]
struct HomePage<'a> {
    choices: Choices<'a>,
    runtimes: Vec<RuntimeColumn>,
    packages: Vec<PackageEntry<'a>>,
    regions: Vec<RegionRow<'a>>,
    available_count: usize,
    listed_count: usize,
    /// The day of the newest line of the ledger.
    last_change: Option<String>,
}

#[derive(Debug, Serialize)]
struct RuntimeColumn {
    python: String,
    architecture: String,
    end_of_life: String,
    is_deprecated: bool,
    is_past_end_of_life: bool,
}

/// A package with the version of its newest runtime that has one, or why none has.
#[derive(Debug, Serialize)]
struct PackageEntry<'a> {
    name: &'a str,
    address: String,
    version: &'a str,
    trouble: &'static str,
}

#[derive(Debug, Serialize)]
struct RegionRow<'a> {
    code: &'a str,
    name: &'a str,
    is_paused: bool,
    cells: Vec<RegionCell>,
}

#[derive(Debug, Serialize)]
struct RegionCell {
    address: String,
    packages: usize,
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "home.html",
        path: "index.html",
        title: "Python packages as AWS Lambda layers",
        description: "Public AWS Lambda layers of Python packages, in every region, for x86_64 and arm64: search, and copy the ARN.",
        section: Section::Layers,
    };
    frame.put(sheet, HomePage::new(view), sink)
}

impl<'a> HomePage<'a> {
    /// Without the runtimes and regions that are retired.
    fn new(view: &'a View<'_>) -> Self {
        let mut runtimes: Vec<&RuntimeView<'_>> = shown_runtimes(view).collect();
        // The newest Python first: it is what people look for.
        runtimes.sort_by_key(|runtime| (Reverse(runtime.spec.runtime.python), runtime.spec.architecture()));
        let regions: Vec<&Region> = shown_regions(view).collect();
        let listed = |runtime: &RuntimeView<'_>| regions.iter().map(|region| runtime.listed(&region.code).count()).sum::<usize>();
        let packages: Vec<PackageEntry<'a>> = view.by_package().values().filter_map(|columns| PackageEntry::new(columns)).collect();
        Self {
            choices: Choices::new(view),
            available_count: packages.iter().filter(|package| !package.version.is_empty()).count(),
            listed_count: runtimes.iter().map(|runtime| listed(runtime)).sum(),
            last_change: last_change(view),
            packages,
            regions: regions.iter().map(|region| RegionRow::new(region, &runtimes)).collect(),
            runtimes: runtimes.iter().map(|runtime| RuntimeColumn::new(runtime)).collect(),
        }
    }
}

impl RuntimeColumn {
    fn new(runtime: &RuntimeView<'_>) -> Self {
        Self {
            python: runtime.spec.runtime.python.to_string(),
            architecture: runtime.spec.architecture().to_string(),
            end_of_life: runtime.spec.end_of_life.to_string(),
            is_deprecated: match runtime.spec.state {
                RuntimeState::Active => false,
                RuntimeState::Deprecated | RuntimeState::Retired => true,
            },
            is_past_end_of_life: runtime.is_past_end_of_life(),
        }
    }
}

impl<'a> RegionRow<'a> {
    fn new(region: &'a Region, runtimes: &[&RuntimeView<'_>]) -> Self {
        let cell = |runtime: &&RuntimeView<'_>| RegionCell {
            address: table_address(runtime.spec.runtime, &region.code),
            packages: runtime.latest(&region.code).count(),
        };
        Self { code: region.code.as_str(), name: &region.name, is_paused: region.state == RegionState::Paused, cells: runtimes.iter().map(cell).collect() }
    }
}

impl<'a> PackageEntry<'a> {
    /// Of a package by runtime, the oldest Python first.
    fn new(columns: &[(&'a RuntimeView<'_>, &'a PackageView<'_>)]) -> Option<Self> {
        let (_, newest) = columns.last()?;
        let shown: Vec<_> = columns.iter().rev().filter(|(runtime, _)| runtime.spec.state != RuntimeState::Retired).collect();
        let current = shown.iter().find_map(|(_, package)| package.current());
        let trouble = match (current, shown.first()) {
            (Some(_), _) => "",
            (None, Some((_, package))) => trouble(status(package).state),
            (None, None) => "for retired runtimes only",
        };
        let version = current.map_or("", |published| &published.version);
        Some(Self { name: newest.name.as_str(), address: addresses::package(&newest.normalized), version, trouble })
    }
}

/// What is said of a package without any layer.
fn trouble(state: PackageState) -> &'static str {
    match state {
        PackageState::Published | PackageState::HeldBack | PackageState::Failed => "failed",
        PackageState::TooBig => "too big",
        PackageState::Unsupported => "unsupported",
        PackageState::Pending => "not yet",
        PackageState::Gone => "gone",
    }
}

fn last_change(view: &View<'_>) -> Option<String> {
    let packages = shown_runtimes(view).flat_map(|runtime| &runtime.packages);
    let newest = packages.filter_map(|package| package.events.iter().map(Event::at).max()).max()?;
    Some(newest.to_zoned(TimeZone::UTC).date().to_string())
}
