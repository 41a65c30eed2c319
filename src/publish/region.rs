//! One archive in one region: found or published, made public, read back.

use super::decide::{adoptable, route};
use super::policy::check_public;
use super::{AccountError, Content, Identity, Options, Principal, Publishable, STATEMENT_ID, StagedObject, WriteAccount, limits};
use crate::domain::{Failure, Receipt, RegionCode};

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Settled {
    /// A new version is public.
    Published(u64),
    /// A version that was there is public.
    Adopted(u64),
    /// A version is there and is not public.
    Orphaned(u64, Failure),
    /// There is no version.
    Failed(Failure),
}

impl Settled {
    pub(super) fn receipt(self, archive: &Publishable, region: &RegionCode, options: &Options<'_>) -> Receipt {
        let ((layer, zip_sha256), region) = (archive.key(), region.clone());
        match self {
            Self::Published(version) | Self::Adopted(version) => Receipt::Published { layer, zip_sha256, region, version, at: options.now },
            Self::Orphaned(version, failure) => Receipt::Orphaned { layer, zip_sha256, region, version, failure },
            Self::Failed(failure) => Receipt::Failed { layer, zip_sha256, region, failure },
        }
    }
}

/// Does all that is needed for `archive` to be public in `region`.
pub(super) async fn settle(account: &impl WriteAccount, identity: &Identity, archive: &Publishable, region: &RegionCode, options: &Options<'_>) -> Settled {
    let staged = match route(archive, region, identity, options) {
        Ok(staged) => staged,
        Err(failure) => return Settled::Failed(failure),
    };
    let (version, settled): (u64, fn(u64) -> Settled) = match adoptable(account, archive, region, options).await {
        Ok(Some(version)) => {
            // A run that was killed may have left its upload.
            unstage(account, region, staged.as_ref()).await;
            (version, Settled::Adopted)
        }
        Ok(None) => match make(account, archive, region, staged.as_ref(), options).await {
            Ok(version) => (version, Settled::Published),
            Err(failure) => return Settled::Failed(failure),
        },
        Err(error) => return Settled::Failed(error.failure()),
    };
    match make_public(account, archive, region, version).await {
        Ok(()) => settled(version),
        Err(failure) => Settled::Orphaned(version, failure),
    }
}

/// Publishes a new version. After an answer that may mean anything it looks once, because the next
/// call would make a second version.
async fn make(
    account: &impl WriteAccount,
    archive: &Publishable,
    region: &RegionCode,
    staged: Option<&StagedObject>,
    options: &Options<'_>,
) -> Result<u64, Failure> {
    let made = upload_and_publish(account, archive, region, staged).await;
    unstage(account, region, staged).await;
    match made {
        Ok(made) => made,
        Err(error) if error.is_ambiguous() => match adoptable(account, archive, region, options).await {
            Ok(Some(version)) => Ok(version),
            Ok(None) | Err(_) => Err(error.failure()),
        },
        Err(error) => Err(error.failure()),
    }
}

async fn upload_and_publish(
    account: &impl WriteAccount,
    archive: &Publishable,
    region: &RegionCode,
    staged: Option<&StagedObject>,
) -> Result<Result<u64, Failure>, AccountError> {
    let facts = archive.archive().manifest();
    let content = match staged {
        Some(object) => Content::Staged(object.clone()),
        None => Content::Inline { file: archive.zip().to_owned() },
    };
    let request = archive.request(content);
    limits::check_request(region, &request)?;
    let size_bytes = limits::size_bytes(archive.zip())?;
    if size_bytes != facts.zip_bytes {
        let reason = format!("`{}` has {size_bytes} bytes and was verified with {}", archive.zip().display(), facts.zip_bytes);
        return Ok(Err(Failure::new("archive-changed", reason)));
    }
    if let Some(object) = staged {
        account.stage(region, object, archive.zip(), facts.zip_sha256).await?;
    }
    let made = account.publish_version(region, &request).await?;
    if made.code_sha256 == facts.zip_sha256 {
        return Ok(Ok(made.version));
    }
    // Never made public, and never adopted, because its bytes are not those that were verified.
    let reason = format!("version {} of `{}` in `{region}` has SHA-256 {}, not {}", made.version, facts.layer, made.code_sha256, facts.zip_sha256);
    Ok(Err(Failure::new("hash-differs", reason)))
}

/// Best effort: what stays is removed by the bucket's own rules.
async fn unstage(account: &impl WriteAccount, region: &RegionCode, staged: Option<&StagedObject>) {
    if let Some(object) = staged
        && let Err(error) = account.unstage(region, object).await
    {
        tracing::warn!(%region, bucket = object.bucket, key = object.key, %error, "an upload stays in its bucket");
    }
}

/// Makes a version public and reads it back. Only what is read back counts: neither the success nor
/// the failure of the call decides.
async fn make_public(account: &impl WriteAccount, archive: &Publishable, region: &RegionCode, version: u64) -> Result<(), Failure> {
    let layer = &archive.archive().manifest().layer;
    let added = account.add_permission(region, layer, version, STATEMENT_ID, Principal::Public).await;
    let policy = match account.policy(region, layer, version).await {
        Ok(policy) => policy,
        Err(error) => return Err(added.err().unwrap_or(error).failure()),
    };
    match (check_public(policy.as_deref()), added) {
        (Ok(()), _) => Ok(()),
        (Err(_), Err(error)) if !error.is_conflict() => Err(error.failure()),
        (Err(reason), Ok(()) | Err(_)) => Err(Failure::new("not-public", format!("version {version} of `{layer}` in `{region}` is not public: {reason}"))),
    }
}
