//! A package on one runtime: everything that the page tells of the two.

use serde::Serialize;

use super::history::{HistoryRow, history};
use super::inside::Inside;
use super::page::Service;
use super::plot::Plot;
use super::plots::plots;
use super::words::{Situation, situation};
use crate::domain::{RegionCode, RuntimeState};
use crate::render::view::{PackageView, RuntimeView};

/// A package on a runtime.
#[derive(Debug, Serialize)]
pub struct OnRuntime<'a> {
    /// As in addresses: `p3.13-arm64`.
    pub id: String,
    /// `3.13`.
    pub python: String,
    /// `arm64`.
    pub architecture: String,
    /// What AWS calls it.
    pub aws_runtime: String,
    /// For people.
    pub title: String,
    /// The version that is latest; empty when none is.
    pub version: &'a str,
    /// How things are.
    pub situation: Situation<'a>,
    /// What is to be known of the runtime itself; empty mostly.
    pub note: String,
    /// The latest layer versions, by region in the order of the catalogue.
    pub arns: Vec<ArnRow<'a>>,
    /// What the newest build holds.
    pub inside: Option<Inside<'a>>,
    /// Every build, newest first.
    pub history: Vec<HistoryRow<'a>>,
    /// How builds changed.
    pub plots: Vec<Plot>,
}

/// Where the latest is.
#[derive(Debug, Serialize)]
pub struct ArnRow<'a> {
    /// The region's code.
    pub region: &'a str,
    /// What functions name.
    pub arn: String,
    /// The version, where it is another than the latest of all.
    pub other_version: &'a str,
}

impl<'a> OnRuntime<'a> {
    /// What is told of `package`, of which nothing may be there; `name` is its own for people.
    pub fn new(
        service: &'a Service<'_>,
        runtime: &'a RuntimeView<'_>,
        package: Option<&'a PackageView<'_>>,
        regions: &[&'a RegionCode],
        name: &str,
    ) -> OnRuntime<'a> {
        let spec = runtime.spec;
        let current = package.and_then(|package| package.current());
        let version = current.map_or("", |build| &build.version);
        let latest = regions.iter().filter_map(|region| Some((*region, package?.latest(region)?)));
        let arns: Vec<ArnRow<'_>> = latest
            .map(|(region, listed)| ArnRow {
                region: region.as_str(),
                arn: listed.arn.to_string(),
                other_version: if listed.published.version == version { "" } else { &listed.published.version },
            })
            .collect();
        let mut on = OnRuntime {
            id: spec.runtime.to_string(),
            python: spec.runtime.python.to_string(),
            architecture: spec.architecture().to_string(),
            aws_runtime: spec.runtime.aws_runtime(),
            title: runtime.title(),
            version,
            situation: situation(package, spec.state),
            note: note(runtime),
            inside: package.zip(current).map(|(package, build)| Inside::new(service, package, build)),
            history: Vec::new(),
            plots: Vec::new(),
            arns,
        };
        if let Some(package) = package.filter(|package| package.was_built()) {
            let folded = package.history();
            on.history = history(service.view.today, package, &folded, regions);
            on.plots = plots(&folded, name, &on.id, &on.title);
        }
        on
    }
}

fn note(runtime: &RuntimeView<'_>) -> String {
    let spec = runtime.spec;
    let ends = if runtime.is_past_end_of_life() { "ended" } else { "ends" };
    match spec.state {
        RuntimeState::Active if !runtime.is_past_end_of_life() => String::new(),
        RuntimeState::Active | RuntimeState::Deprecated | RuntimeState::Retired => {
            format!("Nothing new is built: AWS's support of Python {} {ends} on {}.", spec.runtime.python, spec.end_of_life)
        }
    }
}
