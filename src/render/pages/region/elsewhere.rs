//! The ways from a table to that of another runtime or another region.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::Region;
use crate::domain::{PythonMinor, RegionCode, Runtime};
use crate::render::pages::choices::{shown_regions, shown_runtimes};
use crate::render::view::{RuntimeView, View};

/// Ways that are told where there is nothing to see here: enough to find one.
const LIVING_MAX: usize = 8;

/// The neighbours of a table. Addresses are relative to it.
#[derive(Debug, Serialize)]
pub struct Elsewhere<'a> {
    /// The same region, by Python, newest first.
    pub pythons: Vec<PythonLinks>,
    /// The same runtime, in the order of the catalogue.
    pub regions: Vec<RegionLink<'a>>,
}

/// The tables of one Python.
#[derive(Debug, Serialize)]
pub struct PythonLinks {
    python: String,
    links: Vec<Link>,
}

/// The table of a runtime.
#[derive(Debug, Serialize)]
pub struct Link {
    python: String,
    architecture: String,
    address: String,
    is_here: bool,
}

/// The table of a region.
#[derive(Debug, Serialize)]
pub struct RegionLink<'a> {
    code: &'a str,
    name: &'a str,
    address: String,
    is_here: bool,
}

impl<'a> Elsewhere<'a> {
    /// The neighbours of the table of `here` in `region` among what is shown.
    pub fn new(view: &View<'a>, here: &RuntimeView<'_>, region: &RegionCode) -> Self {
        let mut pythons: BTreeMap<PythonMinor, Vec<Link>> = BTreeMap::new();
        for runtime in shown_runtimes(view) {
            let id = runtime.spec.runtime;
            pythons.entry(id.python).or_default().push(Link::new(id, here.spec.runtime, region));
        }
        let pythons = pythons.into_iter().rev().map(|(python, links)| PythonLinks { python: python.to_string(), links }).collect();
        Self { pythons, regions: shown_regions(view).map(|other| RegionLink::new(other, region)).collect() }
    }

    /// The first few regions, other than `region`, where `here` has layers.
    pub fn living_regions(view: &View<'a>, here: &RuntimeView<'_>, region: &RegionCode) -> Vec<RegionLink<'a>> {
        let living = shown_regions(view).filter(|other| here.latest(&other.code).next().is_some());
        living.map(|other| RegionLink::new(other, region)).take(LIVING_MAX).collect()
    }

    /// The first few runtimes, newest first, that have layers in `region`.
    pub fn living_runtimes(view: &View<'a>, here: &RuntimeView<'_>, region: &RegionCode) -> Vec<Link> {
        let living = shown_runtimes(view).rev().filter(|runtime| runtime.latest(region).next().is_some());
        living.map(|runtime| Link::new(runtime.spec.runtime, here.spec.runtime, region)).take(LIVING_MAX).collect()
    }
}

impl Link {
    fn new(there: Runtime, here: Runtime, region: &RegionCode) -> Self {
        Self {
            python: there.python.to_string(),
            architecture: there.architecture.to_string(),
            address: format!("../../../../../{there}/layers/latest/{region}/html/"),
            is_here: there == here,
        }
    }
}

impl<'a> RegionLink<'a> {
    fn new(there: &'a Region, here: &RegionCode) -> Self {
        Self { code: there.code.as_str(), name: &there.name, address: format!("../../{}/html/", there.code), is_here: there.code == *here }
    }
}
