//! Fetches the files of many builds, each once.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;

use crate::assemble::FetchError;
use crate::commands::context::Context;
use crate::domain::{Failure, RemoteFile, Sha256};
use crate::outside::OutsideError;
use crate::outside::progress::Unit;

/// Fetches those of `files` that the cache lacks, each once. Returns the failures by hash.
///
/// # Errors
/// When none is there, because hosts cannot be reached, or when the disk takes nothing more.
pub async fn fetch(context: &Context, files: impl Iterator<Item = RemoteFile>) -> anyhow::Result<BTreeMap<Sha256, Failure>> {
    let mut seen = BTreeSet::new();
    let cache = context.wheels();
    let files: Vec<_> = files.filter(|file| seen.insert(file.sha256) && !cache.has(file.sha256)).collect();
    if files.is_empty() {
        return Ok(BTreeMap::new());
    }
    let total = files.iter().filter_map(|file| file.size_bytes).sum();
    let stage = context.progress.stage("download", total, Unit::Bytes);
    let mut failed = context.fetcher().fetch_all(files, &stage).await;
    drop(stage);
    if let Some((_, error)) = failed.extract_if(.., |(_, error)| is_of_the_disk(error)).next() {
        return Err(error).context("downloading wheels; nothing was recorded");
    }
    let all_unreachable = failed.iter().all(|(_, error)| matches!(error, FetchError::Outside { source: OutsideError::Unreachable { .. }, .. }));
    // Where some are there, one host's trouble is that of the packages that are on it.
    if failed.len() == seen.len() && all_unreachable {
        let (_, error) = failed.into_iter().next().expect("there is one");
        return Err(error).context("downloading wheels; those that are in the cache stay there, and nothing was recorded");
    }
    Ok(failed.into_iter().map(|(sha256, error)| (sha256, failure(&error))).collect())
}

fn is_of_the_disk(error: &FetchError) -> bool {
    matches!(error, FetchError::Outside { source, .. } if source.is_of_the_disk())
}

fn failure(error: &FetchError) -> Failure {
    let code = match error {
        FetchError::WrongHash { .. } => "wheel-hash-mismatch",
        FetchError::TooLarge { .. } => "wheel-too-large",
        FetchError::Outside { .. } => "download-failed",
    };
    Failure::new(code, error.to_string())
}
