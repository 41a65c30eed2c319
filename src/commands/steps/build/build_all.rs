//! Builds archives: their wheels fetched once for all, then each assembled.

use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;

use super::assemble_failure::AssembleFailure;
use super::assembler::Assembler;
use super::build_clock::BuildClock;
use super::fetch::fetch;
use super::wheels_from_source::with_wheels;
use crate::assemble::Assembled;
use crate::commands::context::Context;
use crate::commands::steps::Pythons;
use crate::config::Catalog;
use crate::domain::{Attempt, Failure, Locked, Outcome, Pin, RemoteFile, Runtime, Seconds};
use crate::outside::files;
use crate::outside::progress::Unit;
use crate::plan::PlannedBuild;
use crate::resolve;

/// Builds every one of `builds` in the folder `dist` and tells what came of each and how long it took, in their order.
///
/// # Errors
/// When the folder cannot be made, the disk takes nothing more, or no wheel could be downloaded at all because hosts cannot be reached.
pub async fn build_all(context: &Context, catalog: &Catalog, pythons: &Pythons, builds: &[PlannedBuild], dist: &Path) -> anyhow::Result<Vec<Attempt>> {
    files::create_dir(dist)?;
    files::remove_leftovers_of_the_gone(dist)?;
    let locked = |build: &PlannedBuild| pins(catalog, build);
    let runtimes: Vec<Runtime> = builds.iter().map(|build| build.runtime).collect();
    let clock = BuildClock::of(builds.len());
    let all_locked: Vec<_> = builds.iter().map(locked).collect();
    let sources: Vec<u64> = all_locked.iter().map(sources).collect();
    let began = Instant::now();
    let pins = with_wheels(context, catalog, pythons, &runtimes, all_locked).await?;
    clock.share(began.elapsed(), &sources);
    let began = Instant::now();
    let missing = fetch(context, pins.iter().flatten().flat_map(|pins| to_download(pins))).await?;
    clock.share(began.elapsed(), &pins.iter().map(bytes).collect::<Vec<_>>());
    let surroundings = Assembler::of(context, catalog, pythons, &runtimes, pins.iter().flatten().flatten(), dist).await?;
    let stage = context.progress.stage("assemble", builds.len() as u64, Unit::Count("layers"));
    let one = |at: usize, pins: &Result<Vec<Pin>, Failure>| -> Result<Assembled, AssembleFailure> {
        let pins = pins.as_ref().map_err(|failure| AssembleFailure::Final(failure.clone()))?;
        if let Some(failure) = pins.iter().find_map(|pin| missing.get(&pin.wheel.sha256)) {
            return Err(AssembleFailure::Final(failure.clone()));
        }
        let began = Instant::now();
        let assembled = surroundings.assemble(&builds[at], pins);
        clock.add(at, began.elapsed());
        stage.advance(1);
        assembled
    };
    let mut results: Vec<_> = tokio::task::block_in_place(|| pins.par_iter().enumerate().map(|(at, pins)| one(at, pins)).collect());

    // A wheel may have left the cache since, or have rotted there: those are fetched, or built, once more.
    let again: Vec<usize> = (0..results.len()).filter(|&at| matches!(results[at], Err(AssembleFailure::Wheel(_)))).collect();
    if !again.is_empty() {
        let runtimes: Vec<Runtime> = again.iter().map(|&at| builds[at].runtime).collect();
        let pins = with_wheels(context, catalog, pythons, &runtimes, again.iter().map(|&at| locked(&builds[at])).collect()).await?;
        fetch(context, pins.iter().flatten().flat_map(|pins| to_download(pins))).await?;
        for (at, pins) in again.into_iter().zip(&pins) {
            results[at] = tokio::task::block_in_place(|| one(at, pins));
        }
    }
    builds.iter().zip(results).enumerate().map(|(at, (build, result))| attempt(build, result, clock.seconds(at))).collect()
}

/// What has to be downloaded: what we built ourselves has no address.
fn to_download(pins: &[Pin]) -> impl Iterator<Item = RemoteFile> {
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

/// How many wheels have to be built first.
fn sources(locked: &Result<Vec<Locked>, Failure>) -> u64 {
    locked.iter().flatten().filter(|one| matches!(one, Locked::Source { .. })).count() as u64
}

/// What its wheels weigh, as far as that is known.
fn bytes(pins: &Result<Vec<Pin>, Failure>) -> u64 {
    pins.iter().flatten().map(|pin| pin.wheel.size_bytes.unwrap_or(1)).sum()
}

fn attempt(build: &PlannedBuild, result: Result<Assembled, AssembleFailure>, seconds: Seconds) -> anyhow::Result<Attempt> {
    let outcome = match result {
        Ok(_) => Outcome::Built,
        Err(AssembleFailure::Wheel(failure) | AssembleFailure::Final(failure)) => Outcome::Failed(failure),
        Err(AssembleFailure::Disk(error)) => return Err(anyhow::Error::from(error).context(format!("making `{}`", build.layer))),
    };
    Ok(Attempt { runtime: build.runtime, package: build.request.normalized(), outcome, held_back: build.held_back.clone(), seconds: Some(seconds) })
}
