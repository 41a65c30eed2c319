//! One archive in one region: found or published, shared, read back.

use std::sync::Arc;

use super::decide::{adoptable, route};
use super::shared::make_shared;
use super::{AccountError, Content, Identity, Options, Payload, Publishable, StagedObject, WriteAccount, limits};
use crate::domain::{Failure, Receipt, RegionCode};

/// How an archive ended in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Settled {
    /// A new version is shared.
    Published(u64),
    /// A version that was there is shared.
    Adopted(u64),
    /// A version is there and is not shared.
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

    /// Why it is open, if it is.
    pub(super) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Published(_) | Self::Adopted(_) => None,
            Self::Orphaned(_, failure) | Self::Failed(failure) => Some(failure),
        }
    }
}

/// An archive on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parcel<'a> {
    pub(super) archive: &'a Publishable,
    pub(super) payload: &'a Arc<Payload>,
}

/// Does all that is needed for an archive to be shared in `region`.
pub(super) async fn settle(account: &impl WriteAccount, identity: &Identity, parcel: Parcel<'_>, region: &RegionCode, options: &Options<'_>) -> Settled {
    let staged = match route(parcel.archive, region, identity, options) {
        Ok(staged) => staged,
        Err(failure) => return Settled::Failed(failure),
    };
    let found = find_or_make(account, parcel, region, staged.as_ref(), options).await;
    // Whatever came of it, also when it is that of a run that was killed.
    if let Some(object) = &staged {
        unstage(account, region, object).await;
    }
    let (version, settled): (u64, fn(u64) -> Settled) = match found {
        Ok(Found::There(version)) => (version, Settled::Adopted),
        Ok(Found::Made(version)) => (version, Settled::Published),
        Err(failure) => return Settled::Failed(failure),
    };
    match make_shared(account, &parcel.archive.archive().manifest().layer, region, version, options).await {
        Ok(()) => settled(version),
        Err(failure) => Settled::Orphaned(version, failure),
    }
}

enum Found {
    There(u64),
    Made(u64),
}

/// Looks, and publishes a new version when there is none. After an answer that may mean anything it looks
/// again, at once and once more after a while, because the next call would make a second version.
async fn find_or_make(
    account: &impl WriteAccount,
    parcel: Parcel<'_>,
    region: &RegionCode,
    staged: Option<&StagedObject>,
    options: &Options<'_>,
) -> Result<Found, Failure> {
    let look = || adoptable(account, parcel.archive, region, options);
    if let Some(version) = look().await.map_err(|error| error.failure())? {
        return Ok(Found::There(version));
    }
    for failures in 1.. {
        let error = match upload_and_publish(account, parcel, region, staged).await {
            Ok(made) => return made.map(Found::Made),
            Err(error) if error.is_ambiguous() => error,
            Err(error) => return Err(error.failure()),
        };
        tracing::debug!(%region, layer = %parcel.archive.archive().manifest().layer, %error, "nobody knows whether it was published: looking");
        if let Ok(Some(version)) = look().await {
            return Ok(Found::Made(version));
        }
        if failures >= options.patience.tries {
            return Err(error.failure());
        }
        tokio::time::sleep(options.patience.wait(failures).max(options.patience.doubt)).await;
        if let Some(version) = look().await.map_err(|error| error.failure())? {
            return Ok(Found::Made(version));
        }
    }
    unreachable!("the loop ends by itself")
}

async fn upload_and_publish(
    account: &impl WriteAccount,
    parcel: Parcel<'_>,
    region: &RegionCode,
    staged: Option<&StagedObject>,
) -> Result<Result<u64, Failure>, AccountError> {
    let Parcel { archive, payload } = parcel;
    let facts = archive.archive().manifest();
    let content = match staged {
        Some(object) => Content::Staged(object.clone()),
        None => Content::Inline(Arc::clone(payload)),
    };
    let request = archive.request(content);
    limits::check_request(region, &request)?;
    let size_bytes = limits::size_bytes(archive.zip())?;
    if size_bytes != facts.zip_bytes {
        let reason = format!("`{}` has {size_bytes} bytes and was verified with {}", archive.zip().display(), facts.zip_bytes);
        return Ok(Err(Failure::new("archive-changed", reason)));
    }
    if let Some(object) = staged {
        account.stage(region, object, payload).await?;
    }
    let made = account.publish_version(region, &request).await?;
    if made.code_sha256 == facts.zip_sha256 {
        return Ok(Ok(made.version));
    }
    // Never shared, and never adopted, because its bytes are not those that were verified.
    let reason = format!("version {} of `{}` in `{region}` has SHA-256 {}, not {}", made.version, facts.layer, made.code_sha256, facts.zip_sha256);
    Ok(Err(Failure::new("hash-differs", reason)))
}

/// Best effort: what stays is removed by the bucket's own rules.
async fn unstage(account: &impl WriteAccount, region: &RegionCode, object: &StagedObject) {
    if let Err(error) = account.unstage(region, object).await {
        tracing::warn!(%region, bucket = object.bucket, key = object.key, %error, "an upload stays in its bucket");
    }
}
