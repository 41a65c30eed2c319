//! Making a bucket have what it should: wave after wave, and deleting last of all.
//!
//! Within a wave one failure stops nothing else. After a wave with failures there is no next one: it would point at what
//! is not there. Whatever was done stays done, and the next run does the rest.

use std::future::Future;
use std::num::NonZeroUsize;
use std::path::Path;

use futures::StreamExt as _;

use super::difference::{Difference, Standing};
use super::s3::{Bucket, BucketError};
use super::site_path::Wave;

/// What was done, and what was not.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many objects were uploaded.
    pub uploaded: usize,
    /// How many bytes these have.
    pub uploaded_bytes: u64,
    /// How many objects were deleted.
    pub deleted: usize,
    /// What could not be done, by key.
    pub failures: Vec<Failure>,
    /// How many objects were left as they are, because of the failures.
    pub left: usize,
}

/// Something that could not be done.
#[derive(Debug)]
pub struct Failure {
    /// The object, below the prefix.
    pub key: String,
    /// Why it could not.
    pub error: BucketError,
}

/// Uploads and deletes what `difference` says, `at_once` objects at a time. `on_each` hears of the bytes of each upload.
///
/// # Errors
/// When our own note in the bucket cannot be written. What fails about an object is in the tally.
pub async fn bring_up_to_date(
    bucket: &Bucket,
    folder: &Path,
    difference: &Difference,
    standing: Standing,
    at_once: NonZeroUsize,
    on_each: &(impl Fn(u64) + Sync),
) -> Result<Tally, BucketError> {
    let mut tally = Tally::default();
    if standing != Standing::Current {
        bucket.note_pending().await?;
    }
    for wave in Wave::ALL {
        let uploads: Vec<_> = difference.uploads.iter().filter(|upload| upload.wave == wave).collect();
        if !tally.failures.is_empty() {
            tally.left += uploads.len();
            continue;
        }
        let bytes: u64 = uploads.iter().map(|upload| upload.file.size_bytes).sum();
        let calls = uploads.iter().map(|upload| async {
            let put = bucket.put(folder, upload).await;
            on_each(upload.file.size_bytes);
            put.map_err(|error| (upload.file.size_bytes, Failure { key: upload.key.clone(), error }))
        });
        let failed = failures(calls, at_once).await;
        tally.uploaded += uploads.len() - failed.len();
        tally.uploaded_bytes += bytes - failed.iter().map(|(bytes, _)| bytes).sum::<u64>();
        tally.failures.extend(failed.into_iter().map(|(_, failure)| failure));
    }
    if !tally.failures.is_empty() {
        tally.left += difference.deletes.len();
        return Ok(tally);
    }
    if standing != Standing::Current {
        bucket.note_current().await?;
    }
    let calls = difference.deletes.iter().map(|key| async move { bucket.delete(key).await.map_err(|error| Failure { key: key.clone(), error }) });
    tally.failures = failures(calls, at_once).await;
    tally.deleted = difference.deletes.len() - tally.failures.len();
    Ok(tally)
}

async fn failures<F, E>(calls: impl Iterator<Item = F>, at_once: NonZeroUsize) -> Vec<E>
where
    F: Future<Output = Result<(), E>>,
{
    let ended = futures::stream::iter(calls).buffer_unordered(at_once.get());
    ended.filter_map(|result| async { result.err() }).collect().await
}
