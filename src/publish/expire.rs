//! Deletes versions whose time is over. Which those are is for the record to say; what is deleted is only what the
//! account still has as it was recorded.

use futures::stream::{self, StreamExt as _};

use super::{ReadAccount, Seen, Watch, WriteAccount};
use crate::domain::{Failure, RecordedVersion};

/// Regions that are worked on at once. Each has a rate of its own.
const AT_ONCE: usize = 64;

/// What became of a version, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// It was deleted, and is no longer there.
    Deleted,
    /// It was not there.
    Gone,
    /// It is there, or nobody knows.
    Left(Failure),
}

/// Deletes versions and says of each what became of it, in their order. One that fails stops no other.
pub async fn expire(account: &impl WriteAccount, watch: &Watch, versions: &[RecordedVersion]) -> Vec<Removal> {
    // Collected, because a stream that holds a closure keeps this future from moving between threads.
    let removals: Vec<_> = versions.iter().map(|recorded| remove(account, watch, recorded)).collect();
    stream::iter(removals).buffered(AT_ONCE).collect().await
}

async fn remove(account: &impl WriteAccount, watch: &Watch, recorded: &RecordedVersion) -> Removal {
    match look(account, watch, recorded).await {
        Removal::Deleted => {}
        left @ (Removal::Gone | Removal::Left(_)) => return left,
    }
    let arn = &recorded.arn;
    let deleted = account.delete_version(&arn.region, &arn.layer, arn.version).await;
    // Neither the success nor the failure of the call decides.
    match (watch.look(account, recorded).await, deleted) {
        (Ok(Seen::Missing), _) => Removal::Deleted,
        (Ok(_) | Err(_), Err(error)) => Removal::Left(error.failure()),
        (Ok(Seen::Same(_) | Seen::Other(_)), Ok(())) => Removal::Left(Failure::new("still-there", format!("`{arn}` is still there after its deletion"))),
        (Err(failure), Ok(())) => Removal::Left(failure),
    }
}

/// Looks what [`expire`] would do, and changes nothing.
pub async fn preview_expire(account: &impl ReadAccount, watch: &Watch, versions: &[RecordedVersion]) -> Vec<Removal> {
    let looks: Vec<_> = versions.iter().map(|recorded| look(account, watch, recorded)).collect();
    stream::iter(looks).buffered(AT_ONCE).collect().await
}

async fn look(account: &impl ReadAccount, watch: &Watch, recorded: &RecordedVersion) -> Removal {
    match watch.look(account, recorded).await {
        Ok(Seen::Same(_)) => Removal::Deleted,
        Ok(Seen::Missing) => Removal::Gone,
        Ok(Seen::Other(found)) => {
            let reason = format!("`{}` has SHA-256 {found}, and {} is recorded: it is not ours to delete", recorded.arn, recorded.zip_sha256);
            Removal::Left(Failure::new("hash-differs", reason))
        }
        Err(failure) => Removal::Left(failure),
    }
}
