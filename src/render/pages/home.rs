//! What the first page shows: every package on every runtime, and the way to every region's table.

use std::collections::BTreeMap;

use serde::Serialize;

use super::choices::{Choices, shown_regions, shown_runtimes};
use super::frame::{Frame, Section, Sheet};
use crate::config::Region;
use crate::domain::{NormalizedName, RegionState};
use crate::render::api_v2::table_address;
use crate::render::deployments::state_word;
use crate::render::view::{PackageView, RuntimeView, View};
use crate::render::{RenderError, Sink};

/// The context of `home.html`.
#[derive(Debug, Serialize)]
struct HomePage<'a> {
    choices: Choices<'a>,
    runtimes: Vec<RuntimeColumn>,
    packages: Vec<PackageRow<'a>>,
    regions: Vec<RegionRow<'a>>,
    available_count: usize,
    listed_count: usize,
}

#[derive(Debug, Serialize)]
struct RuntimeColumn {
    id: String,
    python: String,
    architecture: String,
    state: &'static str,
    end_of_life: String,
    is_past_end_of_life: bool,
}

#[derive(Debug, Serialize)]
struct PackageRow<'a> {
    name: &'a str,
    cells: Vec<PackageCell<'a>>,
}

/// Of a package on a runtime: its version, or why there is none, or nothing if nobody asked for it.
#[derive(Debug, Serialize)]
struct PackageCell<'a> {
    version: &'a str,
    trouble: &'a str,
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
        let runtimes: Vec<&RuntimeView<'_>> = shown_runtimes(view).collect();
        let regions: Vec<&Region> = shown_regions(view).collect();
        let listed = |runtime: &RuntimeView<'_>| regions.iter().map(|region| runtime.listed(&region.code).count()).sum::<usize>();
        let packages = packages(&runtimes);
        Self {
            choices: Choices::new(view),
            available_count: packages.iter().filter(|package| package.cells.iter().any(|cell| !cell.version.is_empty())).count(),
            listed_count: runtimes.iter().map(|runtime| listed(runtime)).sum(),
            packages,
            regions: regions.iter().map(|region| RegionRow::new(region, &runtimes)).collect(),
            runtimes: runtimes.iter().map(|runtime| RuntimeColumn::new(runtime)).collect(),
        }
    }
}

impl RuntimeColumn {
    fn new(runtime: &RuntimeView<'_>) -> Self {
        Self {
            id: runtime.spec.runtime.to_string(),
            python: runtime.spec.runtime.python.to_string(),
            architecture: runtime.spec.architecture().to_string(),
            state: state_word(runtime.spec.state),
            end_of_life: runtime.spec.end_of_life.to_string(),
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

fn packages<'a>(runtimes: &[&'a RuntimeView<'_>]) -> Vec<PackageRow<'a>> {
    let mut rows: BTreeMap<&NormalizedName, PackageRow<'a>> = BTreeMap::new();
    for (column, runtime) in runtimes.iter().enumerate() {
        for package in &runtime.packages {
            let empty = || PackageRow { name: package.name.as_str(), cells: runtimes.iter().map(|_| PackageCell { version: "", trouble: "" }).collect() };
            rows.entry(&package.normalized).or_insert_with(empty).cells[column] = cell(package);
        }
    }
    rows.into_values().collect()
}

fn cell<'a>(package: &'a PackageView<'_>) -> PackageCell<'a> {
    match (package.current(), package.status) {
        (Some(build), _) => PackageCell { version: &build.version, trouble: "" },
        (None, Some(status)) => PackageCell { version: "", trouble: &status.code },
        (None, None) if package.was_built() => PackageCell { version: "", trouble: "gone" },
        (None, None) => PackageCell { version: "", trouble: "not yet" },
    }
}
