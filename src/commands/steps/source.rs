//! Builds the wheels of distributions that have only their source, each once for all layers and runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Pythons;
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Failure, Locked, LockedWheel, NormalizedName, Pin, RemoteFile, Runtime, Sha256, WheelFilename};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::outside::progress::Unit;
use crate::resolve::{ResolveError, SourceBuild, SourceBuilder};

const RECORD_MAX_BYTES: u64 = 1 << 16;

/// What a source became, kept beside the cache of wheels.
#[derive(Debug, Serialize, Deserialize)]
struct Built {
    wheel: WheelFilename,
    sha256: Sha256,
}

/// A source and the runtime whose Python builds it.
type Wanted = (Sha256, Runtime);

/// Gives every distribution of every build a wheel. `locked` and `runtimes` go together. What cannot be built is the
/// failure of the layers that want it.
///
/// # Errors
/// When hosts cannot be reached at all.
pub async fn with_wheels(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    runtimes: &[Runtime],
    locked: Vec<Result<Vec<Locked>, Failure>>,
) -> anyhow::Result<Vec<Result<Vec<Pin>, Failure>>> {
    let mut sources: BTreeMap<Wanted, (NormalizedName, RemoteFile)> = BTreeMap::new();
    for (runtime, locked) in runtimes.iter().zip(&locked) {
        for one in locked.iter().flatten() {
            if let Locked::Source { name, source, .. } = one {
                sources.insert((source.sha256, *runtime), (name.clone(), source.clone()));
            }
        }
    }
    let built = if sources.is_empty() { BTreeMap::new() } else { build_all(context, catalog, pythons, sources).await? };
    let pin = |runtime: Runtime, locked: Locked| match locked {
        Locked::Wheel(pin) => Ok(pin),
        Locked::Source { name, version, source } => {
            let wheel = built[&(source.sha256, runtime)].clone()?;
            Ok(Pin { name, version, wheel, built_from: Some(source) })
        }
    };
    let pins = runtimes.iter().zip(locked).map(|(&runtime, locked)| locked?.into_iter().map(|one| pin(runtime, one)).collect());
    Ok(pins.collect())
}

async fn build_all(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    sources: BTreeMap<Wanted, (NormalizedName, RemoteFile)>,
) -> anyhow::Result<BTreeMap<Wanted, Result<LockedWheel, Failure>>> {
    let missing = super::fetch::fetch(context, sources.values().map(|(_, source)| source.clone())).await?;
    let stage = context.progress.stage("build from source", sources.len() as u64, Unit::Count("wheels"));
    let allowed = catalog.source_builds();
    let mut built = BTreeMap::new();
    for ((sha256, runtime), (name, source)) in sources {
        let result = match missing.get(&sha256) {
            Some(failure) => Err(failure.clone()),
            None if !allowed.contains(&name) => Err(Failure::new(
                "source-build-not-allowed",
                format!("`{name}` has only its source: `source_build = true` in `[package.{name}]` of `klayers.toml` would let it be built"),
            )),
            None => build(context, catalog, pythons, runtime, &name, &source).await,
        };
        stage.advance(1);
        built.insert((sha256, runtime), result);
    }
    Ok(built)
}

async fn build(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    runtime: Runtime,
    name: &NormalizedName,
    source: &RemoteFile,
) -> Result<LockedWheel, Failure> {
    let disk = |error: OutsideError| Failure::new("disk-failed", error.to_string());
    let folder = context.cache_dir.join("source-builds");
    let record = folder.join(format!("{}-{}.json", source.sha256, runtime.layer_infix()));
    let locked = |built: Built| LockedWheel { filename: built.wheel, url: source.url.clone(), sha256: built.sha256, size_bytes: None };
    let known = files::read_if_exists(&record, RECORD_MAX_BYTES).map_err(disk)?.and_then(|bytes| serde_json::from_slice::<Built>(&bytes).ok());
    if let Some(built) = known.filter(|built| context.wheels().has(built.sha256)) {
        return Ok(locked(built));
    }
    let refused = |error| match error {
        ResolveError::Package(failure) => failure,
        ResolveError::Outside(error) => disk(error),
    };
    let builder = SourceBuilder::new(pythons.uv(), &context.cache_dir).await.map_err(refused)?;
    let work = files::temporary_dir_in(&folder).and_then(|work| files::remove_leftover_dirs(&folder).map(|()| work)).map_err(disk)?;
    let sdist = work.path().join(&source.filename);
    files::link_or_copy(&context.wheels().path(source.sha256), &sdist).map_err(disk)?;
    let out = work.path().join("wheels");
    files::create_dir(&out).map_err(disk)?;
    let python = pythons.of(runtime.python).map_or_else(|| pythons.uv().python().into(), |interpreter| interpreter.program.clone());
    let glibc = catalog.runtime(runtime).expect("a build's runtime was looked up").glibc;
    let (wheel, path) = builder.build(SourceBuild { package: name, sdist: &sdist, runtime, glibc, python: &python }, &out).await.map_err(refused)?;
    let bytes = files::read(&path, 1 << 30).map_err(disk)?;
    let built = Built { wheel, sha256: Sha256::of(&bytes) };
    files::write(&context.wheels().path(built.sha256), &bytes, Durability::Process).map_err(disk)?;
    let text = serde_json::to_vec(&built).expect("plain data");
    files::write(&record, &text, Durability::Process).map_err(disk)?;
    Ok(locked(built))
}
