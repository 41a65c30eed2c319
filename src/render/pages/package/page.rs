//! The page.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::Serialize;

use super::chosen::Chosen;
use super::grid::{GridRow, grid};
use super::on_runtime::OnRuntime;
use super::report;
use super::snippets::Parts;
use crate::domain::{NormalizedName, RuntimeState};
use crate::render::api_v3::package::{license, spelled};
use crate::render::pages::addresses;
use crate::render::pages::choices::{Choices, shown_regions, shown_runtimes};
use crate::render::pages::frame::{Frame, Section, Sheet};
use crate::render::view::{PackageView, RuntimeView, View};
use crate::render::{RenderError, Sink};

/// What the pages of all packages share.
#[derive(Debug)]
pub struct Service<'a> {
    /// Everything.
    pub view: &'a View<'a>,
    /// The names of the packages that have a page.
    pub names: BTreeSet<&'a NormalizedName>,
}

/// The context of `package.html`.
#[derive(Debug, Serialize)]
struct PackagePage<'a> {
    name: &'a str,
    normalized: &'a str,
    summary: &'a str,
    license: &'a str,
    /// The newest version anywhere; empty when there is no layer.
    version: &'a str,
    choices: &'a Choices<'a>,
    chosen: Chosen<'a>,
    parts: Parts,
    grid: Vec<GridRow<'a>>,
    /// Newest first.
    runtimes: &'a [OnRuntime<'a>],
    /// The runtimes that are no longer shown and have it.
    retired: Vec<String>,
    /// Whether it ever had a layer: then it has a feed.
    was_built: bool,
    /// Whether any of that was for a runtime that is shown.
    has_history: bool,
    report: Option<String>,
}

/// Puts a page per package that the catalogue or the ledger has.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let packages: Vec<_> = view.by_package().into_iter().collect();
    let service = Service { view, names: packages.iter().map(|(name, _)| *name).collect() };
    let choices = Choices::new(view);
    packages.par_iter().try_for_each(|(name, runtimes)| put_one(&service, &choices, name, runtimes, frame, sink))
}

fn put_one(
    service: &Service<'_>,
    choices: &Choices<'_>,
    name: &NormalizedName,
    runtimes: &[(&RuntimeView<'_>, &PackageView<'_>)],
    frame: &Frame<'_>,
    sink: &dyn Sink,
) -> Result<(), RenderError> {
    let spelled = spelled(runtimes);
    let regions: Vec<_> = shown_regions(service.view).map(|region| &region.code).collect();
    let mut shown: Vec<&RuntimeView<'_>> = shown_runtimes(service.view).collect();
    shown.sort_by_key(|runtime| (std::cmp::Reverse(runtime.spec.runtime.python), runtime.spec.architecture()));
    let package_on = |runtime: &RuntimeView<'_>| runtimes.iter().find(|(on, _)| on.spec.runtime == runtime.spec.runtime).map(|(_, package)| *package);
    let on: Vec<OnRuntime<'_>> = shown.iter().map(|runtime| OnRuntime::new(service, runtime, package_on(runtime), &regions, spelled)).collect();
    let current = || runtimes.iter().filter_map(|(_, package)| package.current());
    let newest = current().max_by_key(|build| build.at);
    let bills = current().filter_map(|build| Some((build.at, service.view.bills.get(&build.papers.as_ref()?.sbom_sha256)?)));
    let summary = bills.filter(|(_, bill)| !bill.summary.is_empty()).max_by_key(|(at, _)| *at).map_or("", |(_, bill)| bill.summary.as_str());
    let chosen = Chosen::new(choices, &on);
    let settings = &service.view.catalog.settings;
    let page = PackagePage {
        name: spelled,
        normalized: name.as_str(),
        summary,
        license: license(runtimes),
        version: newest.map_or("", |build| &build.version),
        choices,
        parts: Parts::new(name, spelled, settings.site.address.as_ref(), &chosen),
        report: settings.site.repository.as_ref().map(|repository| report::link(repository, spelled, &chosen)),
        chosen,
        grid: grid(&on),
        has_history: on.iter().any(|on| !on.history.is_empty()),
        runtimes: &on,
        retired: runtimes.iter().filter(|(runtime, _)| is_retired(runtime)).map(|(runtime, _)| runtime.title()).collect(),
        was_built: runtimes.iter().any(|(_, package)| package.was_built()),
    };
    let sheet = Sheet {
        template: "package.html",
        path: &format!("{}index.html", addresses::package(name)),
        title: &format!("{spelled} as an AWS Lambda layer"),
        description: &format!("ARNs of {spelled} for every region, Python and architecture, with what is inside, its history and how to use it."),
        section: Section::Layers,
    };
    frame.put(sheet, page, sink)
}

fn is_retired(runtime: &RuntimeView<'_>) -> bool {
    match runtime.spec.state {
        RuntimeState::Retired => true,
        RuntimeState::Active | RuntimeState::Deprecated => false,
    }
}
