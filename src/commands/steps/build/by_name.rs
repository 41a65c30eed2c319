//! Layers by name, for which no row need exist.

use std::path::Path;

use super::make;
use crate::commands::context::Context;
use crate::commands::steps::{CheckArgs, Pythons, ThroughClient, resolve_rows};
use crate::config::{Catalog, Row};
use crate::domain::{Attempt, LayerRequest, PackageName, PackageRequest, RegionCode, Runtime};
use crate::ledger::Ledger;
use crate::outside::files::{self, TemporaryDir};
use crate::plan::{Effort, decide};
use crate::report::Location;
use crate::verify::VerifiedArchive;

/// What is wanted.
#[derive(Debug, Clone, Copy)]
pub struct ByName<'a> {
    /// Which packages.
    pub packages: &'a [PackageRequest],
    /// In one layer of this name, or each in its own.
    pub bundle: Option<&'a PackageName>,
    /// For which runtimes.
    pub runtimes: &'a [Runtime],
    /// With which checks.
    pub checks: &'a CheckArgs,
}

/// What was built.
#[derive(Debug)]
pub struct BuiltByName {
    /// What came of each layer.
    pub attempts: Vec<Attempt>,
    /// The good ones.
    pub archives: Vec<VerifiedArchive>,
    /// Where they are, until this is dropped.
    pub folder: TemporaryDir,
}

/// Resolves, builds and verifies in a folder of its own below `dist`: nobody who writes to that meets an archive that may not be good.
/// What killed processes left there goes first.
///
/// # Errors
/// When a runtime is unknown or a host cannot be reached: nothing is made then. When `dist` cannot be written.
pub async fn build_by_name(context: &Context, catalog: &Catalog, ledger: &Ledger, wanted: &ByName<'_>, dist: &Path) -> anyhow::Result<BuiltByName> {
    let rows = rows(catalog, wanted)?;
    let resolver = context.resolver().await?.with_sources(catalog.source_builds());
    let resolved = resolve_rows(context, catalog, &resolver, rows.iter().collect()).await?;
    let regions: Vec<RegionCode> = catalog.regions.iter().map(|region| region.code.clone()).collect();
    let plan = decide(catalog, ledger, &regions, resolved, Effort::Forced, context.now);
    let minors = wanted.runtimes.iter().map(|runtime| runtime.python).collect();
    let mut pythons = Pythons::find(context, wanted.checks, wanted.checks.over(catalog.settings.build), minors).await?;
    pythons.through_client = ThroughClient::Never;
    files::create_dir(dist)?;
    files::remove_leftovers_of_the_gone(dist)?;
    let folder = files::temporary_dir_in(dist)?;
    let (mut attempts, archives) = make(context, catalog, &pythons, &plan.builds, folder.path()).await?;
    attempts.extend(plan.settled);
    Ok(BuiltByName { attempts, archives, folder })
}

fn rows(catalog: &Catalog, wanted: &ByName<'_>) -> anyhow::Result<Vec<Row>> {
    let requests = match wanted.bundle {
        Some(name) => vec![LayerRequest::bundle(name.clone(), wanted.packages.to_vec())?],
        None => wanted.packages.iter().cloned().map(LayerRequest::package).collect(),
    };
    let mut rows = Vec::new();
    for &runtime in wanted.runtimes {
        let known: Vec<String> = catalog.runtimes.iter().map(|spec| spec.runtime.to_string()).collect();
        anyhow::ensure!(catalog.runtime(runtime).is_some(), "`klayers.toml` has no runtime `{runtime}`\nhelp: it has {}", known.join(", "));
        for request in &requests {
            let request = catalog.settings.complete(request.clone())?;
            let layer = catalog.settings.prefix.layer_name(runtime, request.name())?;
            rows.push(Row { runtime, request, layer, license: String::new(), location: Location::file("command line") });
        }
    }
    Ok(rows)
}
