//! A build: the wheels fetched, then assembled.

use std::path::Path;

use super::archive::{AssembleError, Assembled, Wanted, assemble};
use super::cache::CacheError;
use super::fetch::{FetchError, Fetcher};
use crate::outside::progress::Stage;

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A wheel could not be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The archive could not be made.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
}

/// Makes the archive of `wanted` in `dist`. A wheel that the cache has lost or spoilt since it was
/// fetched is fetched once more.
///
/// # Errors
/// When a wheel cannot be had or the archive not be made.
pub async fn build(wanted: &Wanted<'_>, fetcher: &Fetcher, dist: &Path, stage: &Stage) -> Result<Assembled, BuildError> {
    match tokio::task::block_in_place(|| assemble(wanted, fetcher.cache(), dist)) {
        Err(AssembleError::Cache(CacheError::Missing(_) | CacheError::Damaged { .. })) => {
            for pin in wanted.pins {
                fetcher.fetch(&pin.wheel, stage).await?;
            }
            Ok(tokio::task::block_in_place(|| assemble(wanted, fetcher.cache(), dist))?)
        }
        other => Ok(other?),
    }
}
