//! What must be right before anything is published, found out by looking alone: whose account it is, which
//! regions answer, how much room each has.

use std::collections::{BTreeMap, BTreeSet};

use futures::stream::{self, StreamExt as _};

use super::decide::other_partition;
use super::{AccountError, Identity, Publishable, ReadAccount, Refusal, Storage};
use crate::domain::{AccountId, Failure, Partition, RegionCode};

/// Of a region's room for code, this part stays free: one in so many. A full region publishes nothing at all,
/// and other users of the account would be the first to notice.
const MARGIN: u64 = 20;
/// Regions that are asked at once.
const AT_ONCE: usize = 16;

/// What publishing may count on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// Whose account it is; nothing when no region says so.
    pub identity: Option<Identity>,
    /// Per region that is wanted, sorted.
    pub regions: Vec<RegionReadiness>,
}

/// Whether one region is ready, and how much is to go there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionReadiness {
    /// The region's code.
    pub region: RegionCode,
    /// How many archives want it.
    pub archives: usize,
    /// Their sizes together, in bytes.
    pub archive_bytes: u64,
    /// Its room, as far as it is known.
    pub storage: Option<Storage>,
    /// Why nothing is published there, if nothing is.
    pub closed: Option<Failure>,
}

/// Why nothing may be published anywhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PreflightError {
    /// The credentials are of another account than config names.
    #[error(
        "the credentials are of the account {found} in `{partition}`, and `klayers.toml` names {expected}\nhelp: take the credentials of {expected}, or mend `accounts` in `[publish]`"
    )]
    OtherAccount {
        /// The partition of both accounts.
        partition: Partition,
        /// Whose credentials they are.
        found: AccountId,
        /// Whose they should be.
        expected: AccountId,
    },
    /// The credentials are of a partition that config does not name.
    #[error(
        "the credentials are of the account {found} in `{partition}`, and `klayers.toml` names no account there\nhelp: take other credentials, or add `{partition} = \"{found}\"` to `accounts` in `[publish]`"
    )]
    OtherPartition {
        /// The partition of the credentials.
        partition: Partition,
        /// Whose credentials they are.
        found: AccountId,
    },
}

impl Preflight {
    /// Into whose account a region publishes.
    ///
    /// # Errors
    /// Why it does not.
    pub fn may_publish(&self, region: &RegionCode) -> Result<&Identity, Failure> {
        let closed = self.regions.iter().find(|readiness| &readiness.region == region).and_then(|readiness| readiness.closed.clone());
        match (closed, &self.identity) {
            (Some(failure), _) => Err(failure),
            (None, Some(identity)) => Ok(identity),
            (None, None) => Err(Failure::new("unreachable", format!("`{region}` was not asked"))),
        }
    }
}

/// Looks at every region that an archive wants. `expected` are the accounts that config names; where it names none,
/// any will do.
///
/// # Errors
/// When the account is not the expected one. A region that is not ready is no error.
pub async fn preflight(account: &impl ReadAccount, archives: &[Publishable], expected: &BTreeMap<Partition, AccountId>) -> Result<Preflight, PreflightError> {
    let regions: BTreeSet<&RegionCode> = archives.iter().flat_map(Publishable::regions).collect();
    // Collected, because a stream that holds a closure keeps this future from moving between threads.
    let asked: Vec<_> = regions.into_iter().map(|region| ask(account, region)).collect();
    let answers: Vec<(&RegionCode, Result<Answer, AccountError>)> = stream::iter(asked).buffered(AT_ONCE).collect().await;

    let identity = answers.iter().find_map(|(_, answer)| answer.as_ref().ok().map(|answer| answer.identity.clone()));
    identity.as_ref().map_or(Ok(()), |identity| check_expected(identity, expected))?;
    let readiness = |(region, answer): (&RegionCode, Result<Answer, AccountError>)| {
        let wanting = archives.iter().filter(|archive| archive.regions().contains(region));
        let archive_bytes = wanting.clone().map(|archive| archive.archive().manifest().zip_bytes).sum();
        let (storage, closed) = match answer {
            Ok(answer) => {
                (answer.storage, other_account(region, &answer.identity, identity.as_ref()).or_else(|| too_full(region, answer.storage?, archive_bytes)))
            }
            Err(error) => {
                let elsewhere = identity.as_ref().and_then(|identity| other_partition(region, identity));
                (None, Some(elsewhere.unwrap_or_else(|| not_ready(region, &error))))
            }
        };
        RegionReadiness { region: region.clone(), archives: wanting.count(), archive_bytes, storage, closed }
    };
    Ok(Preflight { regions: answers.into_iter().map(readiness).collect(), identity })
}

/// Whether an account is one of those that config names; where it names none, any will do.
///
/// # Errors
/// When it is not.
pub fn check_expected(identity: &Identity, expected: &BTreeMap<Partition, AccountId>) -> Result<(), PreflightError> {
    let (partition, found) = (identity.partition, identity.account.clone());
    match expected.get(&partition) {
        Some(expected) if *expected != found => Err(PreflightError::OtherAccount { partition, found, expected: expected.clone() }),
        None if !expected.is_empty() => Err(PreflightError::OtherPartition { partition, found }),
        Some(_) | None => Ok(()),
    }
}

/// What a region that is ready says of itself.
struct Answer {
    identity: Identity,
    storage: Option<Storage>,
}

/// A region whose room nobody may ask for may still be published to.
async fn ask<'a>(account: &impl ReadAccount, region: &'a RegionCode) -> (&'a RegionCode, Result<Answer, AccountError>) {
    let answer = async {
        let identity = account.identity(region).await?;
        let storage = match account.storage(region).await {
            Ok(storage) => Some(storage),
            Err(error) if error.is_ambiguous() || error.is_throttled() || is_unknown(&error) => return Err(error),
            Err(error) => {
                tracing::warn!(%region, %error, "how much room it has is not known");
                None
            }
        };
        Ok(Answer { identity, storage })
    };
    (region, answer.await)
}

/// A local account has regions of every partition, so the partition alone says nothing.
fn other_account(region: &RegionCode, of_region: &Identity, identity: Option<&Identity>) -> Option<Failure> {
    let first = identity?;
    let differs = of_region.account != first.account;
    differs.then(|| Failure::new("other-account", format!("`{region}` is of the account {}, and other regions are of {}", of_region.account, first.account)))
}

fn too_full(region: &RegionCode, storage: Storage, archive_bytes: u64) -> Option<Failure> {
    let usable = storage.limit_bytes - storage.limit_bytes / MARGIN;
    let after = storage.used_bytes.saturating_add(archive_bytes);
    (after > usable).then(|| {
        let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
        let reason = format!(
            "`{region}` has {} MB of code, and {} MB more would come nearer to its limit of {} MB than one part in {MARGIN}: let `klayers expire` delete old versions, or ask AWS to raise the limit",
            megabytes(storage.used_bytes),
            megabytes(archive_bytes),
            megabytes(storage.limit_bytes)
        );
        Failure::new("code-storage-short", reason)
    })
}

/// AWS does not know the credentials of an account in a region that the account has not enabled.
fn not_ready(region: &RegionCode, error: &AccountError) -> Failure {
    if is_unknown(error) {
        let help = "if other regions know them, it is not enabled in this account: enable it, or set it to `paused` in regions.csv";
        return Failure::new("region-not-enabled", format!("`{region}` does not know the credentials: {help}"));
    }
    error.failure()
}

fn is_unknown(error: &AccountError) -> bool {
    matches!(error, AccountError::Refused { refusal: Refusal::UnknownCredentials, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_room_stays_free() {
        let region = "eu-west-1".parse().expect("a region");
        let storage = Storage { used_bytes: 50, limit_bytes: 100 };
        assert_eq!(too_full(&region, storage, 45), None);
        assert_eq!(too_full(&region, storage, 46).map(|failure| failure.code), Some("code-storage-short".to_owned()));
        assert_eq!(too_full(&region, Storage { used_bytes: 0, limit_bytes: u64::MAX }, u64::MAX / 2), None);
        assert!(too_full(&region, Storage { used_bytes: u64::MAX, limit_bytes: u64::MAX }, 1).is_some());
    }
}
