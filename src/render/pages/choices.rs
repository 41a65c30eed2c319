//! What people choose from on several pages: Python, architecture and region.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::config::Region;
use crate::domain::{Architecture, PythonMinor, RegionState, RuntimeState};
use crate::render::view::{RuntimeView, View};

/// Where most functions are; taken where the service has it.
const FIRST_REGION: &str = "us-east-1";

/// The choices, and the one that is made until somebody makes one.
#[derive(Debug, Serialize)]
pub struct Choices<'a> {
    /// The Pythons with a runtime that is shown, newest first.
    pub pythons: Vec<String>,
    /// The architectures of any of them, x86_64 first.
    pub architectures: Vec<String>,
    /// The regions that are shown, in the order of the catalogue.
    pub regions: Vec<RegionChoice<'a>>,
    /// The Python with the most layers; nothing when there is none at all.
    pub python: Option<String>,
    /// x86_64 where there is one.
    pub architecture: Option<String>,
    /// Where most functions are, or the first.
    pub region: Option<&'a str>,
}

/// A region to choose.
#[derive(Debug, Serialize)]
pub struct RegionChoice<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
}

impl<'a> Choices<'a> {
    /// The choices of a service.
    pub fn new(view: &View<'a>) -> Self {
        let runtimes: Vec<&RuntimeView<'_>> = shown_runtimes(view).collect();
        let pythons: BTreeSet<PythonMinor> = runtimes.iter().map(|runtime| runtime.spec.runtime.python).collect();
        let architectures: Vec<String> = Architecture::ALL
            .into_iter()
            .filter(|architecture| runtimes.iter().any(|runtime| runtime.spec.runtime.architecture == *architecture))
            .map(|architecture| architecture.to_string())
            .collect();
        let regions: Vec<RegionChoice<'a>> = shown_regions(view).map(|region| RegionChoice { code: region.code.as_str(), name: &region.name }).collect();
        let first = regions.iter().find(|region| region.code == FIRST_REGION).or(regions.first());
        Self {
            python: best_python(&runtimes).map(|python| python.to_string()),
            architecture: architectures.first().cloned(),
            region: first.map(|region| region.code),
            pythons: pythons.iter().rev().map(ToString::to_string).collect(),
            architectures,
            regions,
        }
    }
}

/// The runtimes that pages have, in the order of the catalogue: oldest first.
pub fn shown_runtimes<'b, 'a>(view: &'b View<'a>) -> impl DoubleEndedIterator<Item = &'b RuntimeView<'a>> {
    view.runtimes.iter().filter(|runtime| match runtime.spec.state {
        RuntimeState::Active | RuntimeState::Deprecated => true,
        RuntimeState::Retired => false,
    })
}

/// The regions that pages have, in the order of the catalogue.
pub fn shown_regions<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Region> {
    view.catalog.regions.iter().filter(|region| match region.state {
        RegionState::Active | RegionState::Paused => true,
        RegionState::Retired => false,
    })
}

/// The Python for which most packages have a layer, and of two such the newer one: a new Python begins with few.
fn best_python(runtimes: &[&RuntimeView<'_>]) -> Option<PythonMinor> {
    let ranked = runtimes.iter().map(|runtime| (runtime.available().count(), runtime.spec.runtime.python));
    ranked.max().map(|(_, python)| python)
}
