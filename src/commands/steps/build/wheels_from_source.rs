//! Builds the wheels of distributions that have only their source, each once for all layers and runs.

use std::collections::BTreeMap;

use super::source_build::build;
use crate::commands::context::Context;
use crate::commands::steps::Pythons;
use crate::config::Catalog;
use crate::domain::{Failure, Locked, LockedWheel, NormalizedName, Pin, RemoteFile, Runtime, Sha256};
use crate::outside::progress::Unit;

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
