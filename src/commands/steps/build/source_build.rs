//! Builds one wheel from its source, unless it was built before.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::fetch::fetch;
use crate::commands::context::Context;
use crate::commands::steps::Pythons;
use crate::config::Catalog;
use crate::domain::{Failure, LockedWheel, NormalizedName, RemoteFile, Runtime, Sha256, WheelFilename};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::resolve::{ResolveError, SourceBuild, SourceBuilder, UvError};

const RECORD_MAX_BYTES: u64 = 1 << 16;
const SOURCE_MAX_BYTES: u64 = 1 << 30;

/// What a source became, kept beside the cache of wheels.
#[derive(Debug, Serialize, Deserialize)]
struct Built {
    wheel: WheelFilename,
    sha256: Sha256,
}

/// The wheel of `source`, which the cache has.
///
/// # Errors
/// Why it cannot be built.
pub async fn build(
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
    let no_uv = |error: UvError| Failure::new("resolver-failed", error.to_string());
    let (uv, index) = (context.uv().await.map_err(no_uv)?, context.index().await.map_err(no_uv)?);
    let builder = SourceBuilder::new(uv, index, &context.cache_dir).map_err(refused)?;
    let work = files::temporary_dir_in(&folder).map_err(disk)?;
    files::remove_leftovers_of_the_gone(&folder).map_err(disk)?;
    let sdist = work.path().join(&source.filename);
    copy_source(context, source, &sdist).await?;
    let out = work.path().join("wheels");
    files::create_dir(&out).map_err(disk)?;
    let python = pythons.of(runtime.python).map_or_else(|| uv.python().into(), |interpreter| interpreter.program.clone());
    let glibc = catalog.runtime(runtime).expect("a build's runtime was looked up").glibc;
    let (wheel, path) = builder.build(SourceBuild { package: name, sdist: &sdist, runtime, glibc, python: &python }, &out).await.map_err(refused)?;
    let bytes = files::read(&path, 1 << 30).map_err(disk)?;
    let built = Built { wheel, sha256: Sha256::of(&bytes) };
    files::write(&context.wheels().path(built.sha256), &bytes, Durability::Process).map_err(disk)?;
    let text = serde_json::to_vec(&built).expect("plain data");
    files::write(&record, &text, Durability::Process).map_err(disk)?;
    Ok(locked(built))
}

/// Copies a source out of the cache: what is built from it may write to it. One that changed in the cache is fetched once more.
async fn copy_source(context: &Context, source: &RemoteFile, to: &Path) -> Result<(), Failure> {
    let disk = |error: OutsideError| Failure::new("disk-failed", error.to_string());
    let cached = context.wheels().path(source.sha256);
    let read = || files::read_if_exists(&cached, SOURCE_MAX_BYTES).map_err(disk);
    let is_right = |bytes: &Vec<u8>| Sha256::of(bytes) == source.sha256;
    let mut found = read()?.filter(is_right);
    if found.is_none() {
        files::remove(&cached).map_err(disk)?;
        let unreachable = |error: anyhow::Error| Failure::new("download-failed", format!("{error:#}"));
        if let Some((_, failure)) = fetch(context, std::iter::once(source.clone())).await.map_err(unreachable)?.into_iter().next() {
            return Err(failure);
        }
        found = read()?.filter(is_right);
    }
    let changes = || Failure::new("disk-failed", format!("the cached source `{}` changes while it is used", source.filename));
    files::write_temporary(to, &found.ok_or_else(changes)?, 0o644).map_err(disk)
}
