//! Looking at a local account. Takes no lock and changes nothing.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::layer_file::{self, LayerFile};
use crate::domain::{AccountId, LayerArn, LayerName, Principal, RegionCode};
use crate::outside::files;
use crate::publish::{AccountError, Identity, ReadAccount, Refusal, Storage, VersionFacts, VersionSummary, policy};

/// The number of every local account, which no account of AWS has.
pub const ACCOUNT_ID: &str = "000000000000";

/// A disk has no limit of AWS's kind.
pub(super) const STORAGE: Storage = Storage { used_bytes: 0, limit_bytes: u64::MAX };

/// A local account to look at. A folder that does not exist is an account without layers.
#[derive(Debug, Clone)]
pub struct LocalReader {
    folder: PathBuf,
}

impl LocalReader {
    /// The account in `folder`.
    pub fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    fn layer(&self, region: &RegionCode, layer: &LayerName) -> Result<LayerFile, AccountError> {
        Ok(LayerFile::read(&self.folder, region, layer)?)
    }
}

impl ReadAccount for LocalReader {
    async fn identity(&self, region: &RegionCode) -> Result<Identity, AccountError> {
        Ok(identity(region))
    }

    async fn storage(&self, _: &RegionCode) -> Result<Storage, AccountError> {
        Ok(STORAGE)
    }

    async fn list_layers(&self, region: &RegionCode) -> Result<Vec<LayerName>, AccountError> {
        layer_names(&self.folder, region)
    }

    async fn list_versions(&self, region: &RegionCode, layer: &LayerName) -> Result<Vec<VersionSummary>, AccountError> {
        Ok(summaries(&self.layer(region, layer)?))
    }

    async fn get_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<VersionFacts, AccountError> {
        facts(&self.layer(region, layer)?, region, layer, version)
    }

    async fn policy(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<Option<String>, AccountError> {
        Ok(policy_text(&self.layer(region, layer)?, region, layer, version))
    }

    async fn download(&self, region: &RegionCode, layer: &LayerName, version: u64, to: &Path) -> Result<(), AccountError> {
        copy_archive(&self.folder, &self.layer(region, layer)?, region, layer, version, to)
    }
}

/// The account has regions of every partition, as no account of AWS has.
pub(super) fn identity(region: &RegionCode) -> Identity {
    Identity { account: account_id(), partition: region.partition() }
}

pub(super) fn layer_names(folder: &Path, region: &RegionCode) -> Result<Vec<LayerName>, AccountError> {
    Ok(layer_file::layers(folder, region)?)
}

pub(super) fn copy_archive(folder: &Path, file: &LayerFile, region: &RegionCode, layer: &LayerName, version: u64, to: &Path) -> Result<(), AccountError> {
    let code_sha256 = facts(file, region, layer, version)?.code_sha256;
    files::remove(to)?;
    Ok(files::link_or_copy(&folder.join("blobs").join(format!("{code_sha256}.zip")), to)?)
}

pub(super) fn summaries(file: &LayerFile) -> Vec<VersionSummary> {
    let newest_first = file.versions.iter().rev();
    newest_first.map(|(&version, stored)| VersionSummary { version, description: stored.description.clone(), created: stored.created }).collect()
}

pub(super) fn facts(file: &LayerFile, region: &RegionCode, layer: &LayerName, version: u64) -> Result<VersionFacts, AccountError> {
    let stored = file.versions.get(&version).ok_or_else(|| missing(region, layer, version))?;
    Ok(VersionFacts {
        code_sha256: stored.code_sha256,
        code_size_bytes: stored.code_size_bytes,
        description: stored.description.clone(),
        runtimes: stored.runtimes.clone(),
        architectures: stored.architectures.iter().map(ToString::to_string).collect(),
        license: stored.license.clone(),
    })
}

/// The policy as AWS writes it.
pub(super) fn policy_text(file: &LayerFile, region: &RegionCode, layer: &LayerName, version: u64) -> Option<String> {
    let statements = &file.versions.get(&version)?.statements;
    let resource = LayerArn { partition: region.partition(), region: region.clone(), account: account_id(), layer: layer.clone(), version }.to_string();
    let statements: Vec<Value> = statements
        .iter()
        .map(|(name, principal)| {
            let mut statement = json!({"Sid": name, "Effect": "Allow", "Principal": "*", "Action": policy::ACTION, "Resource": resource});
            match principal {
                Principal::Public => {}
                Principal::Organization(organization) => statement["Condition"] = json!({"StringEquals": {policy::ORGANIZATION: organization}}),
                Principal::Account(account) => statement["Principal"] = json!({"AWS": format!("arn:{}:iam::{account}:root", region.partition())}),
            }
            statement
        })
        .collect();
    let policy = json!({"Version": "2012-10-17", "Id": "default", "Statement": statements});
    (!statements.is_empty()).then(|| policy.to_string())
}

pub(super) fn missing(region: &RegionCode, layer: &LayerName, version: u64) -> AccountError {
    AccountError::refused(region, format!("{layer}:{version}"), Refusal::ResourceNotFound, "the resource you requested does not exist")
}

fn account_id() -> AccountId {
    ACCOUNT_ID.parse().expect("twelve digits")
}
