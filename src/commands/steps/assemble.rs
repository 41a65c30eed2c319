//! Builds archives: their wheels fetched once for all, then each assembled.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::Pythons;
use super::fetch::fetch;
use super::source::with_wheels;
use crate::assemble::bytecode::Compiler;
use crate::assemble::{AssembleError, Assembled, BytecodeChoice, CacheError, Wanted, assemble};
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Advisories, Attempt, Failure, Locked, Need, NormalizedName, Outcome, Pin, PythonMinor, RemoteFile, Runtime, Sha256};
use crate::outside::progress::Unit;
use crate::plan::PlannedBuild;
use crate::resolve::{self, AdvisoryReader, Index};

/// Builds every one of `builds` in the folder `dist` and tells what came of each, in their order.
///
/// # Errors
/// When no wheel could be downloaded at all because hosts cannot be reached.
pub async fn build_all(context: &Context, catalog: &Catalog, pythons: &Pythons, builds: &[PlannedBuild], dist: &Path) -> anyhow::Result<Vec<Attempt>> {
    let locked = builds.iter().map(|build| pins(catalog, build)).collect();
    let runtimes: Vec<Runtime> = builds.iter().map(|build| build.runtime).collect();
    let pins = with_wheels(context, catalog, pythons, &runtimes, locked).await?;
    let missing = fetch(context, pins.iter().flatten().flat_map(|pins| files(pins))).await?;
    let surroundings = Surroundings {
        context,
        catalog,
        pythons,
        compilers: compilers(context, pythons, &runtimes),
        advisories: advisories(context, pythons, pins.iter().flatten().flatten()).await?,
        dist,
    };
    let stage = context.progress.stage("assemble", builds.len() as u64, Unit::Count("layers"));
    let one = |build: &PlannedBuild, pins: &Result<Vec<Pin>, Failure>| -> Result<Assembled, AssembleFailure> {
        let pins = pins.as_ref().map_err(|failure| AssembleFailure::Final(failure.clone()))?;
        if let Some(failure) = pins.iter().find_map(|pin| missing.get(&pin.wheel.sha256)) {
            return Err(AssembleFailure::Final(failure.clone()));
        }
        let assembled = surroundings.assemble(build, pins);
        stage.advance(1);
        assembled
    };
    let mut results: Vec<_> = tokio::task::block_in_place(|| builds.par_iter().zip(&pins).map(|(build, pins)| one(build, pins)).collect());

    // A wheel may have left the cache since, or have rotted there: those are fetched once more.
    let again: Vec<usize> = (0..results.len()).filter(|&at| matches!(results[at], Err(AssembleFailure::Wheel(_)))).collect();
    if !again.is_empty() {
        fetch(context, again.iter().filter_map(|&at| pins[at].as_ref().ok()).flat_map(|pins| files(pins))).await?;
        for at in again {
            results[at] = tokio::task::block_in_place(|| one(&builds[at], &pins[at]));
        }
    }
    Ok(builds.iter().zip(results).map(|(build, result)| attempt(build, result)).collect())
}

/// What all builds of a run share.
struct Surroundings<'a> {
    context: &'a Context,
    catalog: &'a Catalog,
    pythons: &'a Pythons,
    compilers: BTreeMap<PythonMinor, Compiler>,
    advisories: BTreeMap<Sha256, Advisories>,
    dist: &'a Path,
}

impl Surroundings<'_> {
    fn assemble(&self, build: &PlannedBuild, pins: &[Pin]) -> Result<Assembled, AssembleFailure> {
        let package = build.request.normalized();
        let requested: Vec<NormalizedName> = build.request.packages().iter().map(|package| package.name.normalized()).collect();
        let wanted = Wanted {
            runtime: build.runtime,
            spelled: build.request.spelled(),
            version: build.version.clone(),
            layer: build.layer.clone(),
            requested: if build.request.is_bundle() { requested } else { vec![package.clone()] },
            pins,
            license: &build.license,
            lock: &build.lock,
            held_back: build.held_back.clone(),
            previous: build.previous.as_ref(),
            settings: self.catalog.package_settings(&package),
            advisories: &self.advisories,
            bytecode: self.bytecode(build.runtime.python)?,
            package,
        };
        assemble(&wanted, &self.context.wheels(), self.dist).map_err(AssembleFailure::from)
    }

    fn bytecode(&self, python: PythonMinor) -> Result<BytecodeChoice<'_>, AssembleFailure> {
        let omit = |reason: String| Ok(BytecodeChoice::Omit { reason });
        match (self.pythons.settings.bytecode, self.compilers.get(&python)) {
            (Need::Never, _) => omit("settings say `never`".to_owned()),
            (Need::Required | Need::IfAvailable, Some(compiler)) => Ok(BytecodeChoice::Compile(compiler)),
            (Need::IfAvailable, None) => omit(self.pythons.missing(python)),
            (Need::Required, None) => {
                Err(AssembleFailure::Final(Failure::new("no-python", format!("bytecode is required and {}", self.pythons.missing(python)))))
            }
        }
    }
}

/// One for each Python that is here.
fn compilers(context: &Context, pythons: &Pythons, runtimes: &[Runtime]) -> BTreeMap<PythonMinor, Compiler> {
    let found = runtimes.iter().filter_map(|runtime| Some((runtime.python, pythons.of(runtime.python)?.clone())));
    let found: BTreeMap<_, _> = found.filter(|_| pythons.settings.bytecode != Need::Never).collect();
    found.into_iter().map(|(python, interpreter)| (python, Compiler::new(interpreter, &context.cache_dir, context.clock()))).collect()
}

/// What the index knows against the wheels of all builds.
async fn advisories<'a>(context: &Context, pythons: &Pythons, pins: impl Iterator<Item = &'a Pin>) -> anyhow::Result<BTreeMap<Sha256, Advisories>> {
    let pins: BTreeMap<Sha256, &Pin> = pins.map(|pin| (pin.wheel.sha256, pin)).collect();
    if pins.is_empty() {
        return Ok(BTreeMap::new());
    }
    let reader = AdvisoryReader::new(Index::of(pythons.uv()).await?, context.http.clone());
    let stage = context.progress.stage("advisories", pins.len() as u64, Unit::Count("wheels"));
    Ok(reader.of_all(pins.into_values(), &stage).await)
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
            AssembleError::Bytecode { .. } => "bytecode-failed",
            AssembleError::Merge(_) => "wheels-clash",
            AssembleError::NeedsZip64(_) | AssembleError::TooLarge(_) => "too-large",
        };
        Self::Final(Failure::new(code, error.to_string()))
    }
}

/// What has to be downloaded: what we built ourselves has no address.
fn files(pins: &[Pin]) -> impl Iterator<Item = RemoteFile> {
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

fn attempt(build: &PlannedBuild, result: Result<Assembled, AssembleFailure>) -> Attempt {
    let outcome = match result {
        Ok(_) => Outcome::Built,
        Err(AssembleFailure::Wheel(failure) | AssembleFailure::Final(failure)) => Outcome::Failed(failure),
    };
    Attempt { runtime: build.runtime, package: build.request.normalized(), outcome, held_back: build.held_back.clone() }
}
