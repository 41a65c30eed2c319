//! One account or another, as the command line says. Each kind stays behind the same two traits.

use std::path::Path;

use super::aws::{AwsAccount, AwsReader};
use super::local::{LocalAccount, LocalReader};
use super::{
    AccountError, Identity, Payload, PublishRequest, PublishedVersion, ReadAccount, StagedObject, Storage, VersionFacts, VersionSummary, WriteAccount,
};
use crate::domain::{LayerName, RegionCode, Statement};

/// An account to look at.
#[derive(Debug)]
pub enum AnyReader {
    /// A folder with the rules of an account.
    Local(LocalReader),
    /// An account of AWS.
    Aws(AwsReader),
}

/// An account that can be changed.
#[derive(Debug)]
pub enum AnyAccount {
    /// A folder with the rules of an account.
    Local(LocalAccount),
    /// An account of AWS.
    Aws(AwsAccount),
}

/// Passes the calls of looking on.
macro_rules! read_account {
    ($($any:ident),+) => {$(
        impl ReadAccount for $any {
            async fn identity(&self, region: &RegionCode) -> Result<Identity, AccountError> {
                match self {
                    Self::Local(account) => account.identity(region).await,
                    Self::Aws(account) => account.identity(region).await,
                }
            }

            async fn storage(&self, region: &RegionCode) -> Result<Storage, AccountError> {
                match self {
                    Self::Local(account) => account.storage(region).await,
                    Self::Aws(account) => account.storage(region).await,
                }
            }

            async fn list_layers(&self, region: &RegionCode) -> Result<Vec<LayerName>, AccountError> {
                match self {
                    Self::Local(account) => account.list_layers(region).await,
                    Self::Aws(account) => account.list_layers(region).await,
                }
            }

            async fn list_versions(&self, region: &RegionCode, layer: &LayerName) -> Result<Vec<VersionSummary>, AccountError> {
                match self {
                    Self::Local(account) => account.list_versions(region, layer).await,
                    Self::Aws(account) => account.list_versions(region, layer).await,
                }
            }

            async fn get_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<VersionFacts, AccountError> {
                match self {
                    Self::Local(account) => account.get_version(region, layer, version).await,
                    Self::Aws(account) => account.get_version(region, layer, version).await,
                }
            }

            async fn policy(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<Option<String>, AccountError> {
                match self {
                    Self::Local(account) => account.policy(region, layer, version).await,
                    Self::Aws(account) => account.policy(region, layer, version).await,
                }
            }

            async fn download(&self, region: &RegionCode, layer: &LayerName, version: u64, to: &Path) -> Result<(), AccountError> {
                match self {
                    Self::Local(account) => account.download(region, layer, version, to).await,
                    Self::Aws(account) => account.download(region, layer, version, to).await,
                }
            }
        }
    )+};
}

read_account!(AnyReader, AnyAccount);

impl WriteAccount for AnyAccount {
    async fn stage(&self, region: &RegionCode, object: &StagedObject, archive: &Payload) -> Result<(), AccountError> {
        match self {
            Self::Local(account) => account.stage(region, object, archive).await,
            Self::Aws(account) => account.stage(region, object, archive).await,
        }
    }

    async fn unstage(&self, region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
        match self {
            Self::Local(account) => account.unstage(region, object).await,
            Self::Aws(account) => account.unstage(region, object).await,
        }
    }

    async fn publish_version(&self, region: &RegionCode, request: &PublishRequest) -> Result<PublishedVersion, AccountError> {
        match self {
            Self::Local(account) => account.publish_version(region, request).await,
            Self::Aws(account) => account.publish_version(region, request).await,
        }
    }

    async fn add_permission(&self, region: &RegionCode, layer: &LayerName, version: u64, statement: &Statement) -> Result<(), AccountError> {
        match self {
            Self::Local(account) => account.add_permission(region, layer, version, statement).await,
            Self::Aws(account) => account.add_permission(region, layer, version, statement).await,
        }
    }

    async fn delete_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<(), AccountError> {
        match self {
            Self::Local(account) => account.delete_version(region, layer, version).await,
            Self::Aws(account) => account.delete_version(region, layer, version).await,
        }
    }
}
