//! Builds archives: their wheels fetched once for all, then each assembled.

use std::path::Path;

use rayon::prelude::*;

use super::Pythons;
use super::fetch::fetch;
use super::source::with_wheels;
use crate::assemble::{AssembleError, Assembled, CacheError, Wanted, assemble};
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Attempt, Failure, Locked, Outcome, Pin, RemoteFile, Runtime};
use crate::outside::progress::Unit;
use crate::plan::PlannedBuild;
use crate::resolve;

/// Builds every one of `builds` in the folder `dist` and tells what came of each, in their order.
///
/// # Errors
/// When no wheel could be downloaded at all because hosts cannot be reached.
pub async fn build_all(context: &Context, catalog: &Catalog, pythons: &Pythons, builds: &[PlannedBuild], dist: &Path) -> anyhow::Result<Vec<Attempt>> {
    let locked = builds.iter().map(|build| pins(catalog, build)).collect();
    let runtimes: Vec<Runtime> = builds.iter().map(|build| build.runtime).collect();
    let pins = with_wheels(context, catalog, pythons, &runtimes, locked).await?;
    let missing = fetch(context, pins.iter().flatten().flat_map(files)).await?;
    let stage = context.progress.stage("assemble", builds.len() as u64, Unit::Count("layers"));
    let one = |build: &PlannedBuild, pins: &Result<Vec<Pin>, Failure>| -> Result<Assembled, AssembleFailure> {
        let pins = pins.as_ref().map_err(|failure| AssembleFailure::Final(failure.clone()))?;
        if let Some(failure) = pins.iter().find_map(|pin| missing.get(&pin.wheel.sha256)) {
            return Err(AssembleFailure::Final(failure.clone()));
        }
        let assembled = assemble(&wanted(build, pins), &context.wheels(), dist).map_err(AssembleFailure::from);
        stage.advance(1);
        assembled
    };
    let mut results: Vec<_> = tokio::task::block_in_place(|| builds.par_iter().zip(&pins).map(|(build, pins)| one(build, pins)).collect());

    // A wheel may have left the cache since, or have rotted there: those are fetched once more.
    let again: Vec<usize> = (0..results.len()).filter(|&at| matches!(results[at], Err(AssembleFailure::Wheel(_)))).collect();
    if !again.is_empty() {
        fetch(context, again.iter().filter_map(|&at| pins[at].as_ref().ok()).flat_map(files)).await?;
        for at in again {
            results[at] = tokio::task::block_in_place(|| one(&builds[at], &pins[at]));
        }
    }
    Ok(builds.iter().zip(results).map(|(build, result)| attempt(build, result)).collect())
}

enum AssembleFailure {
    /// The wheel is not in the cache as it should be.
    Wheel(Failure),
    Final(Failure),
}

impl From<AssembleError> for AssembleFailure {
    fn from(error: AssembleError) -> Self {
        let code = match &error {
            AssembleError::Cache(CacheError::Missing(_) | CacheError::Damaged { .. }) => return Self::Wheel(Failure::new("wheel-damaged", error.to_string())),
            AssembleError::Cache(CacheError::Outside(_)) | AssembleError::Outside(_) => "disk-failed",
            AssembleError::Wheel { .. } | AssembleError::Layout { .. } | AssembleError::Record { .. } => "wheel-refused",
            AssembleError::Merge(_) => "wheels-clash",
            AssembleError::TooLarge(_) => "too-large",
        };
        Self::Final(Failure::new(code, error.to_string()))
    }
}

/// What has to be downloaded: what we built ourselves has no address.
fn files(pins: &Vec<Pin>) -> impl Iterator<Item = RemoteFile> {
    pins.iter().filter(|pin| pin.built_from.is_none()).map(|pin| pin.wheel.file())
}

fn pins(catalog: &Catalog, build: &PlannedBuild) -> Result<Vec<Locked>, Failure> {
    let unusable = |reason: String| Failure::new("lock-unusable", reason);
    let spec = catalog.runtime(build.runtime).ok_or_else(|| unusable(format!("`klayers.toml` does not have `{}`", build.runtime)))?;
    let pins = resolve::pins(&build.lock, build.runtime, spec.glibc).map_err(|error| unusable(error.to_string()))?;
    for package in build.request.packages() {
        resolve::wanted_pin(&pins, &package.name.normalized()).map_err(|error| unusable(error.to_string()))?;
    }
    Ok(pins)
}

fn wanted<'a>(build: &'a PlannedBuild, pins: &'a [Pin]) -> Wanted<'a> {
    Wanted {
        runtime: build.runtime,
        package: build.request.normalized(),
        spelled: build.request.spelled(),
        layer: build.layer.clone(),
        pins,
        license: &build.license,
        lock: &build.lock,
        held_back: build.held_back.clone(),
    }
}

fn attempt(build: &PlannedBuild, result: Result<Assembled, AssembleFailure>) -> Attempt {
    let outcome = match result {
        Ok(_) => Outcome::Built,
        Err(AssembleFailure::Wheel(failure) | AssembleFailure::Final(failure)) => Outcome::Failed(failure),
    };
    Attempt { runtime: build.runtime, package: build.request.normalized(), outcome, held_back: build.held_back.clone() }
}
