//! Whether a region already holds what is wanted. Only looks.

use super::{AccountError, Effort, Identity, Options, Publishable, ReadAccount, StagedObject, Standing, limits};
use crate::domain::{Failure, RegionCode};

/// The version that can be taken for `archive`, if there is one.
///
/// The versions are gone through from the newest. One that the record knows ends the search: what is
/// older can never become the latest. One that it does not know is taken when its description and its
/// bytes are those of the archive.
pub(super) async fn adoptable(
    account: &impl ReadAccount,
    archive: &Publishable,
    region: &RegionCode,
    options: &Options<'_>,
) -> Result<Option<u64>, AccountError> {
    let facts = archive.archive().manifest();
    let description = archive.description();
    for summary in account.list_versions(region, &facts.layer).await? {
        let standing = (options.standing)(&facts.layer, region, summary.version);
        let may_be_taken = match (standing, options.effort) {
            (Standing::Unrecorded, Effort::Needed | Effort::Forced) | (Standing::Latest, Effort::Needed) => true,
            (Standing::Latest, Effort::Forced) | (Standing::Past, Effort::Needed | Effort::Forced) => false,
        };
        if may_be_taken
            && summary.description == description
            && account.get_version(region, &facts.layer, summary.version).await?.code_sha256 == facts.zip_sha256
        {
            return Ok(Some(summary.version));
        }
        if standing != Standing::Unrecorded {
            break;
        }
    }
    Ok(None)
}

/// Where the archive goes before it is published: nowhere, when it is small.
///
/// # Errors
/// Why it cannot be published to this region at all.
pub(super) fn route(archive: &Publishable, region: &RegionCode, identity: &Identity, options: &Options<'_>) -> Result<Option<StagedObject>, Failure> {
    let facts = archive.archive().manifest();
    if let Some(failure) = other_partition(region, identity) {
        return Err(failure);
    }
    limits::check_unzipped(region, &facts.layer, facts.unzipped_bytes).map_err(|error| error.failure())?;
    if !archive.needs_staging() {
        return Ok(None);
    }
    let Some(pattern) = options.staging else {
        let reason = facts.too_large_to_send(limits::INLINE_MAX_BYTES).unwrap_or_default();
        let reason = format!("{reason}; larger ones go through a bucket, and `staging_bucket` is not set");
        return Err(Failure::new("needs-staging-bucket", reason));
    };
    Ok(Some(pattern.object(region, &identity.account, &facts.layer, facts.zip_sha256)))
}

/// Why a region cannot be published to with the credentials of another partition.
pub(super) fn other_partition(region: &RegionCode, identity: &Identity) -> Option<Failure> {
    let differs = region.partition() != identity.partition;
    differs.then(|| {
        let reason = format!("`{region}` is not in the partition `{}` of the account: publish to it in a run of its own", identity.partition);
        Failure::new("other-partition", reason)
    })
}
