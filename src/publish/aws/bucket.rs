//! Uploads to the bucket of a region, for archives that are too large for a request.

use std::path::Path;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumMode};
use bytes::Bytes;

use super::calls::{About, Kind};
use super::inline::check_hash;
use super::reader::AwsReader;
use crate::domain::{RegionCode, Sha256};
use crate::outside::files;
use crate::publish::{AccountError, Payload, Refusal, StagedObject};

/// Largest archive that is read: what has more could not be unpacked to what a layer may have.
const ARCHIVE_MAX_BYTES: u64 = 512 << 20;

/// Sees to it that the bucket has the archive. One that is there already, with the same hash, stays: its name
/// says what is in it, so it is that of a run that was killed.
pub(super) async fn stage(account: &AwsReader, region: &RegionCode, object: &StagedObject, archive: &Payload) -> Result<(), AccountError> {
    let bytes = load(region, object, archive).await?;
    match put(account, region, object, archive.sha256(), &bytes, Existing::Keep).await {
        Err(error) if is_there_already(&error) => {}
        other => return other,
    }
    if found_hash(account, region, object).await? == Some(archive.sha256()) {
        return Ok(());
    }
    put(account, region, object, archive.sha256(), &bytes, Existing::Replace).await
}

/// Removes an upload.
pub(super) async fn unstage(account: &AwsReader, region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
    let client = account.clients.s3(region);
    let send = || client.delete_object().bucket(&object.bucket).key(&object.key).expected_bucket_owner(object.owner.to_string()).send();
    match account.calls.make(About::new(region, object, Kind::Unrated), send).await {
        // Where there is no bucket there is no upload.
        Err(AccountError::Refused { refusal: Refusal::NoSuchBucket, .. }) | Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Fails when the bucket does not have the upload: an emulator would publish an empty layer.
pub(super) async fn check_is_there(account: &AwsReader, region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
    found_hash(account, region, object).await.map(|_| ())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Existing {
    Keep,
    Replace,
}

async fn put(account: &AwsReader, region: &RegionCode, object: &StagedObject, sha256: Sha256, bytes: &Bytes, existing: Existing) -> Result<(), AccountError> {
    let client = account.clients.s3(region);
    let condition = match existing {
        Existing::Keep => Some("*".to_owned()),
        Existing::Replace => None,
    };
    let send = || {
        let put = client.put_object().bucket(&object.bucket).key(&object.key).expected_bucket_owner(object.owner.to_string());
        let put = put.body(ByteStream::from(bytes.clone())).checksum_algorithm(ChecksumAlgorithm::Sha256).checksum_sha256(sha256.lambda_form());
        put.content_type("application/zip").set_if_none_match(condition.clone()).send()
    };
    account.calls.make(About::new(region, object, Kind::Unrated).carrying(bytes.len()), send).await.map(|_| ())
}

/// The hash that the bucket found when the upload arrived.
async fn found_hash(account: &AwsReader, region: &RegionCode, object: &StagedObject) -> Result<Option<Sha256>, AccountError> {
    let client = account.clients.s3(region);
    let send = || {
        let head = client.head_object().bucket(&object.bucket).key(&object.key).expected_bucket_owner(object.owner.to_string());
        head.checksum_mode(ChecksumMode::Enabled).send()
    };
    let found = account.calls.make(About::new(region, object, Kind::Unrated), send).await?;
    Ok(found.checksum_sha256().and_then(Sha256::from_lambda_form))
}

async fn load(region: &RegionCode, object: &StagedObject, archive: &Payload) -> Result<Bytes, AccountError> {
    let size_bytes = crate::publish::limits::size_bytes(archive.file())?;
    let (region, object, sha256) = (region.clone(), object.clone(), archive.sha256());
    let read = move |file: &Path| {
        let bytes = files::read(file, ARCHIVE_MAX_BYTES)?;
        check_hash(&region, &object, Sha256::of(&bytes), sha256)?;
        Ok(Bytes::from(bytes))
    };
    archive.load(size_bytes, read).await
}

fn is_there_already(error: &AccountError) -> bool {
    matches!(error, AccountError::Refused { refusal: Refusal::Other(name), .. } if name == "PreconditionFailed" || name == "ConditionalRequestConflict")
}
