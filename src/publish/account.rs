//! What publishing asks of an account. Looking and changing are two traits, so that a dry run cannot
//! change anything: it never holds a [`WriteAccount`].
//!
//! The calls are those of Lambda's API and keep its rules; `tests/account_contract.rs` states them.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::{AccountError, Payload};
use crate::domain::{AccountId, Architecture, LayerName, Partition, PythonMinor, RegionCode, Sha256, Statement};

/// An account that can be looked at.
pub trait ReadAccount: Sync {
    /// Whose account `region` belongs to.
    fn identity(&self, region: &RegionCode) -> impl Future<Output = Result<Identity, AccountError>> + Send;

    /// How much code the account has in `region`, and may have.
    fn storage(&self, region: &RegionCode) -> impl Future<Output = Result<Storage, AccountError>> + Send;

    /// The names of all layers that have a version, sorted, whoever made them.
    fn list_layers(&self, region: &RegionCode) -> impl Future<Output = Result<Vec<LayerName>, AccountError>> + Send;

    /// The versions of a layer, newest first; none for a layer that never was.
    fn list_versions(&self, region: &RegionCode, layer: &LayerName) -> impl Future<Output = Result<Vec<VersionSummary>, AccountError>> + Send;

    /// What one version is. A version that is not there is `ResourceNotFoundException`.
    fn get_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> impl Future<Output = Result<VersionFacts, AccountError>> + Send;

    /// The JSON text of a version's policy. Nothing when it has none, and when there is no such version: AWS answers both
    /// with the same error. <https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html>
    fn policy(&self, region: &RegionCode, layer: &LayerName, version: u64) -> impl Future<Output = Result<Option<String>, AccountError>> + Send;

    /// Writes the archive of a version to the file `to`, in place of what was there.
    fn download(&self, region: &RegionCode, layer: &LayerName, version: u64, to: &Path) -> impl Future<Output = Result<(), AccountError>> + Send;
}

/// An account that can be changed.
pub trait WriteAccount: ReadAccount {
    /// Sees to it that a bucket has the archive. What arrives is checked against the hash of `archive`. Lambda reads only
    /// from buckets of its own region.
    fn stage(&self, region: &RegionCode, object: &StagedObject, archive: &Payload) -> impl Future<Output = Result<(), AccountError>> + Send;

    /// Removes an upload; one that is gone already is no error.
    fn unstage(&self, region: &RegionCode, object: &StagedObject) -> impl Future<Output = Result<(), AccountError>> + Send;

    /// Makes a new version, always: the same bytes twice are two versions. Numbers never come back.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>
    fn publish_version(&self, region: &RegionCode, request: &PublishRequest) -> impl Future<Output = Result<PublishedVersion, AccountError>> + Send;

    /// Lets somebody use a version. A statement of that name that is there is `ResourceConflictException`.
    fn add_permission(
        &self,
        region: &RegionCode,
        layer: &LayerName,
        version: u64,
        statement: &Statement,
    ) -> impl Future<Output = Result<(), AccountError>> + Send;

    /// Deletes a version; one that is gone already is no error. Functions that use it keep running.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html>
    fn delete_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> impl Future<Output = Result<(), AccountError>> + Send;
}

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account's number.
    pub account: AccountId,
    /// The partition that its regions are in.
    pub partition: Partition,
}

/// The room for code in one region: 75 GB unless AWS raised it.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storage {
    /// The bytes that all functions and layers take.
    pub used_bytes: u64,
    /// The bytes that they may take.
    pub limit_bytes: u64,
}

/// A version as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSummary {
    /// The number that the account gave it.
    pub version: u64,
    /// Its description, as it was given.
    pub description: String,
    /// When it was made.
    pub created: Timestamp,
}

/// A version in full. Runtimes and architectures are texts, because an account may hold layers that
/// somebody else made for something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionFacts {
    /// The SHA-256 of its archive (`CodeSha256`).
    pub code_sha256: Sha256,
    /// The size of its archive in bytes (`CodeSize`).
    pub code_size_bytes: u64,
    /// Its description, as it was given.
    pub description: String,
    /// The runtimes that it says it is for, as AWS calls them.
    pub runtimes: Vec<String>,
    /// The architectures that it says it is for.
    pub architectures: Vec<String>,
    /// Its licence; empty when none was given.
    pub license: String,
}

/// A version to be made.
#[derive(Debug, Clone)]
pub struct PublishRequest {
    /// The layer that it becomes a version of.
    pub layer: LayerName,
    /// By which it is found again.
    pub description: String,
    /// The licence (`LicenseInfo`), of 512 characters at most; empty for none.
    pub license: String,
    /// The Pythons that it is for (`CompatibleRuntimes`), 15 at most.
    pub pythons: Vec<PythonMinor>,
    /// The processors that it is for (`CompatibleArchitectures`), two at most.
    pub architectures: Vec<Architecture>,
    /// Where the archive is.
    pub content: Content,
}

/// Where the archive of a request is.
#[derive(Debug, Clone)]
pub enum Content {
    /// In a file, and travels inside the request.
    Inline(Arc<Payload>),
    /// An upload, in a bucket of the same region.
    Staged(StagedObject),
}

/// Where an upload is, or goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedObject {
    /// The name of the bucket, which is in the region that wants it.
    pub bucket: String,
    /// The object's key in it.
    pub key: String,
    /// Whose the bucket must be. Names of buckets are shared by all accounts, so a stranger may have it.
    pub owner: AccountId,
}

/// A version that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedVersion {
    /// The number that the account gave it.
    pub version: u64,
    /// The SHA-256 of what the account received.
    pub code_sha256: Sha256,
}
