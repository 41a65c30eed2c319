//! What layers an account has. Only looks; what of it is ours is for others to judge.

use std::collections::BTreeMap;
use std::path::Path;

use futures::stream::{self, StreamExt as _};
use jiff::Timestamp;

use super::policy::{self, NotShared};
use super::{AccountError, Identity, ReadAccount, VersionFacts, VersionSummary};
use crate::domain::{Failure, LayerArn, LayerName, RegionCode, Sha256, Sharing};
use crate::verify::{Installed, InstalledError, installed};

/// Regions that are asked at once, and versions of each.
const REGIONS_AT_ONCE: usize = 64;
const VERSIONS_AT_ONCE: usize = 4;
/// After so many layers that got no answer a region is given up.
const SILENCES_MAX: usize = 3;
/// Archives that are downloaded at once: the largest have 250 MB.
const DOWNLOADS_AT_ONCE: usize = 4;

/// What to look at.
#[derive(Clone, Copy)]
pub struct Survey<'a> {
    /// Which layers are of interest.
    pub layers: &'a (dyn Fn(&LayerName) -> bool + Sync),
    /// Which of their versions are.
    pub versions: &'a (dyn Fn(&LayerArn) -> bool + Sync),
    /// With whom they should be shared.
    pub sharing: &'a Sharing,
    /// Called with the number of versions that a layer adds to the work.
    pub on_more: &'a (dyn Fn(usize) + Sync),
    /// Called after each version.
    pub on_each: &'a (dyn Fn() + Sync),
}

/// A layer version that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundVersion {
    /// The address at which it is.
    pub arn: LayerArn,
    /// When it was made.
    pub created: Timestamp,
    /// What the account says of it.
    pub facts: VersionFacts,
    /// Whether it is shared as it should be.
    pub shared: Result<(), NotShared>,
}

/// What one region has, and what of it could not be looked at.
#[derive(Debug, Default)]
pub struct Surveyed {
    /// The layer versions that are there.
    pub versions: Vec<FoundVersion>,
    /// What could not be looked at, and why.
    pub failures: Vec<Failure>,
}

/// Looks at regions, all at once. One that fails stops no other.
pub async fn survey(account: &impl ReadAccount, regions: &[RegionCode], survey: Survey<'_>) -> BTreeMap<RegionCode, Surveyed> {
    // Collected, because a stream that holds a closure keeps this future from moving between threads.
    let regions: Vec<_> = regions.iter().map(|region| survey_region(account, region, survey)).collect();
    stream::iter(regions).buffer_unordered(REGIONS_AT_ONCE).collect().await
}

/// What is in the archives of `versions`, each downloaded once to a file in `folder` and removed again.
pub async fn contents(
    account: &impl ReadAccount,
    versions: &[&FoundVersion],
    folder: &Path,
    on_each: &(dyn Fn() + Sync),
) -> BTreeMap<Sha256, Result<Installed, Failure>> {
    let mut by_hash: BTreeMap<Sha256, Vec<&FoundVersion>> = BTreeMap::new();
    for version in versions {
        by_hash.entry(version.facts.code_sha256).or_default().push(version);
    }
    let downloads: Vec<_> = by_hash
        .into_iter()
        .map(|(sha256, versions)| async move {
            let contents = content(account, sha256, &versions, folder).await;
            on_each();
            (sha256, contents)
        })
        .collect();
    stream::iter(downloads).buffer_unordered(DOWNLOADS_AT_ONCE).collect().await
}

async fn survey_region(account: &impl ReadAccount, region: &RegionCode, survey: Survey<'_>) -> (RegionCode, Surveyed) {
    let mut surveyed = Surveyed::default();
    match (account.identity(region).await, account.list_layers(region).await) {
        (Ok(identity), Ok(layers)) => {
            for layer in layers.into_iter().filter(|layer| (survey.layers)(layer)) {
                survey_layer(account, region, &identity, &layer, survey, &mut surveyed).await;
                // Each call waits with patience, so hundreds of layers would wait for hours.
                if surveyed.failures.iter().filter(|failure| AccountError::is_silence(failure)).count() >= SILENCES_MAX {
                    surveyed
                        .failures
                        .push(Failure::new("region-silent", format!("`{region}` gave no answer {SILENCES_MAX} times, so it was not asked any more")));
                    break;
                }
            }
        }
        (Err(error), _) | (Ok(_), Err(error)) => surveyed.failures.push(error.failure()),
    }
    (region.clone(), surveyed)
}

async fn survey_layer(account: &impl ReadAccount, region: &RegionCode, identity: &Identity, layer: &LayerName, survey: Survey<'_>, surveyed: &mut Surveyed) {
    let summaries = match account.list_versions(region, layer).await {
        Ok(summaries) => summaries,
        Err(error) => return surveyed.failures.push(error.failure()),
    };
    let arn = |version| LayerArn { partition: identity.partition, region: region.clone(), account: identity.account.clone(), layer: layer.clone(), version };
    let wanted = summaries.into_iter().map(|summary| (arn(summary.version), summary)).filter(|(arn, _)| (survey.versions)(arn));
    let looks: Vec<_> = wanted.map(|(arn, summary)| look(account, arn, summary, survey)).collect();
    (survey.on_more)(looks.len());
    for look in stream::iter(looks).buffered(VERSIONS_AT_ONCE).collect::<Vec<_>>().await {
        match look {
            Ok(version) => surveyed.versions.push(version),
            // Deleted since it was listed: then it is not there.
            Err(error) if error.is_missing() => {}
            Err(error) => surveyed.failures.push(error.failure()),
        }
    }
}

async fn look(account: &impl ReadAccount, arn: LayerArn, summary: VersionSummary, survey: Survey<'_>) -> Result<FoundVersion, AccountError> {
    let facts = account.get_version(&arn.region, &arn.layer, arn.version).await?;
    let policy = account.policy(&arn.region, &arn.layer, arn.version).await?;
    (survey.on_each)();
    Ok(FoundVersion { arn, created: summary.created, facts, shared: policy::check(policy.as_deref(), survey.sharing) })
}

/// From the first region that gives it.
async fn content(account: &impl ReadAccount, sha256: Sha256, versions: &[&FoundVersion], folder: &Path) -> Result<Installed, Failure> {
    let file = folder.join(format!("{sha256}.zip"));
    let mut failure = Failure::new("no-version", "no region has it");
    for FoundVersion { arn, .. } in versions {
        match account.download(&arn.region, &arn.layer, arn.version, &file).await {
            Ok(()) => {
                let path = file.clone();
                let read = tokio::task::spawn_blocking(move || installed(&path, sha256)).await.expect("reading does not panic");
                // Best effort: the folder is temporary.
                let _ = crate::outside::files::remove(&file);
                match read {
                    Ok(installed) => return Ok(installed),
                    Err(InstalledError::Refused(error)) => return Err(Failure::new("archive-refused", format!("the archive of `{arn}`: {error}"))),
                    Err(error @ (InstalledError::Outside(_) | InstalledError::OtherBytes { .. })) => {
                        failure = Failure::new("archive-damaged", format!("the archive of `{arn}`: {error}"));
                    }
                }
            }
            Err(error) => failure = error.failure(),
        }
    }
    Err(failure)
}
