//! Looks whether versions are as the record promises: there, with the recorded bytes, shared with whom they should
//! be. Mends a missing permission when it is asked to, and nothing else.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt as _};

use super::policy::{self, NotShared};
use super::shared::{Unshared, share};
use super::{ReadAccount, Seen, Watch, WriteAccount};
use crate::domain::{Failure, RecordedVersion, RegionCode, Sha256, Sharing};

/// Regions that are asked at once, and versions of each.
const REGIONS_AT_ONCE: usize = 64;
const VERSIONS_AT_ONCE: usize = 4;

/// So many versions of one region may be missing at once without a second look.
const LOSSES_MAX: usize = 3;

/// How a version is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// As it should be.
    Well,
    /// As it should be, since its permission was mended.
    Repaired,
    /// The account has no such version any more.
    Missing,
    /// There, with an archive that has this hash.
    OtherArchive(Sha256),
    /// There, and not shared with whom it should be.
    NotShared(String),
    /// There, and shared with more than it should be.
    TooPublic(String),
    /// It could not be looked at, and why.
    Unknown(Failure),
}

/// Looks at versions, all regions at once, and calls `on_each` after each. The answers are in the order of `versions`.
pub async fn audit(account: &impl ReadAccount, versions: &[RecordedVersion], sharing: &Sharing, on_each: &(dyn Fn() + Sync)) -> Vec<Health> {
    let watch = Watch::default();
    let mut regions: BTreeMap<&RegionCode, Vec<usize>> = BTreeMap::new();
    for (index, recorded) in versions.iter().enumerate() {
        regions.entry(&recorded.arn.region).or_default().push(index);
    }
    // Collected, because a stream that holds a closure keeps this future from moving between threads.
    let regions: Vec<_> = regions.into_values().map(|indices| audit_region(account, &watch, versions, indices, sharing, on_each)).collect();
    let mut healths: Vec<(usize, Health)> = stream::iter(regions).buffer_unordered(REGIONS_AT_ONCE).collect::<Vec<_>>().await.concat();
    healths.sort_by_key(|(index, _)| *index);
    healths.into_iter().map(|(_, health)| health).collect()
}

/// Shares again what is not shared, and reads that back.
pub async fn repair(account: &impl WriteAccount, versions: &[RecordedVersion], healths: &mut [Health], sharing: &Sharing) {
    let repairs: Vec<_> = versions.iter().zip(healths).map(|(recorded, health)| repair_one(account, recorded, health, sharing)).collect();
    stream::iter(repairs).buffer_unordered(REGIONS_AT_ONCE).collect::<Vec<()>>().await;
}

/// The regions where more than three versions are missing, and more than half of those that were looked at, with both
/// numbers. Wrong credentials and a broken region look like this, so it is hard to believe.
pub fn doubtful_regions<'a>(seen: impl IntoIterator<Item = (&'a RegionCode, &'a Health)>) -> BTreeMap<RegionCode, (usize, usize)> {
    let mut counts: BTreeMap<RegionCode, (usize, usize)> = BTreeMap::new();
    for (region, health) in seen {
        let (missing, looked_at) = counts.entry(region.clone()).or_default();
        *missing += usize::from(*health == Health::Missing);
        *looked_at += usize::from(!matches!(health, Health::Unknown(_)));
    }
    counts.retain(|_, (missing, looked_at)| *missing > LOSSES_MAX && *missing * 2 > *looked_at);
    counts
}

async fn audit_region(
    account: &impl ReadAccount,
    watch: &Watch,
    versions: &[RecordedVersion],
    indices: Vec<usize>,
    sharing: &Sharing,
    on_each: &(dyn Fn() + Sync),
) -> Vec<(usize, Health)> {
    let looks: Vec<_> = indices
        .into_iter()
        .map(|index| async move {
            let health = health(account, watch, &versions[index], sharing).await;
            on_each();
            (index, health)
        })
        .collect();
    stream::iter(looks).buffered(VERSIONS_AT_ONCE).collect().await
}

async fn health(account: &impl ReadAccount, watch: &Watch, recorded: &RecordedVersion, sharing: &Sharing) -> Health {
    match watch.look(account, recorded).await {
        Ok(Seen::Same(_)) => shared(account, recorded, sharing).await,
        Ok(Seen::Missing) => Health::Missing,
        Ok(Seen::Other(found)) => Health::OtherArchive(found),
        Err(failure) => Health::Unknown(failure),
    }
}

async fn shared(account: &impl ReadAccount, recorded: &RecordedVersion, sharing: &Sharing) -> Health {
    let arn = &recorded.arn;
    let policy = match account.policy(&arn.region, &arn.layer, arn.version).await {
        Ok(policy) => policy,
        Err(error) => return Health::Unknown(error.failure()),
    };
    match policy::check(policy.as_deref(), sharing) {
        Ok(()) => Health::Well,
        Err(reason) => Health::of(&reason),
    }
}

async fn repair_one(account: &impl WriteAccount, recorded: &RecordedVersion, health: &mut Health, sharing: &Sharing) {
    if !matches!(health, Health::NotShared(_)) {
        return;
    }
    let arn = &recorded.arn;
    *health = match share(account, &arn.region, &arn.layer, arn.version, sharing).await {
        Ok(()) => Health::Repaired,
        Err(Unshared::Call(error)) => Health::NotShared(format!("it could not be shared: {error}")),
        Err(Unshared::ReadBack(reason)) => Health::of(&reason),
    };
}

impl Health {
    fn of(reason: &NotShared) -> Self {
        match reason {
            NotShared::Public(_) => Self::TooPublic(reason.to_string()),
            NotShared::NoPolicy | NotShared::Unreadable(_) | NotShared::Denied | NotShared::NotAllowed | NotShared::NotAllowedTo(_) => {
                Self::NotShared(reason.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_losses_at_once_are_doubted() {
        let region: RegionCode = "eu-west-1".parse().unwrap();
        for (missing, well, unknown, is_doubted) in
            [(3, 0, 0, false), (4, 0, 0, true), (4, 3, 0, true), (4, 4, 0, false), (4, 3, 9, true), (400, 400, 0, false)]
        {
            let of = |health: Health, count: usize| std::iter::repeat_n(health, count);
            let healths = of(Health::Missing, missing).chain(of(Health::Well, well)).chain(of(Health::Unknown(Failure::new("x", "x")), unknown));
            let healths: Vec<Health> = healths.collect();
            let doubted = doubtful_regions(healths.iter().map(|health| (&region, health)));
            let expected = is_doubted.then(|| (region.clone(), (missing, missing + well)));
            assert_eq!(doubted, expected.into_iter().collect(), "{missing} {well} {unknown}");
        }
    }
}
