//! Looking at an account.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use aws_config::ConfigLoader;
use aws_sdk_lambda::operation::get_layer_version::GetLayerVersionOutput;
use jiff::Timestamp;
use jiff::fmt::strtime;

use super::calls::{About, Calls, Kind};
use super::clients::{AwsError, Clients, Manners};
use crate::domain::{AccountId, Invalid, LayerName, Partition, RegionCode, Sha256, shown};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::outside::http::Http;
use crate::publish::{AccountError, Identity, ReadAccount, Refusal, Storage, VersionFacts, VersionSummary};

/// An account to look at. It has no way to change anything. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AwsReader {
    pub(super) clients: Arc<Clients>,
    pub(super) calls: Arc<Calls>,
    http: Http,
}

impl AwsReader {
    /// The account of the credentials that `settings` lead to.
    ///
    /// # Errors
    /// When there are none.
    pub async fn open(settings: ConfigLoader, manners: Manners, http: Http) -> Result<Self, AwsError> {
        Ok(Self { clients: Arc::new(Clients::load(settings).await?), calls: Arc::new(Calls::new(manners)), http })
    }

    async fn version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<GetLayerVersionOutput, AccountError> {
        let (client, what) = (self.clients.lambda(region), format!("{layer}:{version}"));
        let send = || client.get_layer_version().layer_name(layer.as_str()).version_number(version as i64).send();
        self.calls.make(About::new(region, &what, Kind::Repeatable), send).await
    }
}

impl ReadAccount for AwsReader {
    async fn identity(&self, region: &RegionCode) -> Result<Identity, AccountError> {
        let client = self.clients.sts(region);
        let caller = self.calls.make(About::new(region, &"its account", Kind::Unrated), || client.get_caller_identity().send()).await?;
        let read = || -> Result<Identity, Invalid> {
            let partition = caller.arn().unwrap_or_default().split(':').nth(1).unwrap_or_default();
            Ok(Identity { account: caller.account().unwrap_or_default().parse::<AccountId>()?, partition: partition.parse::<Partition>()? })
        };
        read().map_err(|error| unreadable(region, "its account", &error.to_string()))
    }

    async fn storage(&self, region: &RegionCode) -> Result<Storage, AccountError> {
        let client = self.clients.lambda(region);
        let settings = self.calls.make(About::new(region, &"its room", Kind::Repeatable), || client.get_account_settings().send()).await?;
        let used = settings.account_usage().map(|usage| usage.total_code_size());
        let limit = settings.account_limit().map(|limit| limit.total_code_size());
        let bytes = |size: Option<i64>| size.and_then(|size| u64::try_from(size).ok()).ok_or_else(|| unreadable(region, "its room", "it does not say"));
        Ok(Storage { used_bytes: bytes(used)?, limit_bytes: bytes(limit)? })
    }

    async fn list_layers(&self, region: &RegionCode) -> Result<Vec<LayerName>, AccountError> {
        let client = self.clients.lambda(region);
        let mut layers: Vec<LayerName> = Vec::new();
        let mut marker = None;
        loop {
            let send = || client.list_layers().set_marker(marker.clone()).send();
            let page = self.calls.make(About::new(region, &"its layers", Kind::Repeatable), send).await?;
            let names = page.layers().iter().map(|layer| layer.layer_name().unwrap_or_default());
            layers.extend(names.map(str::parse).collect::<Result<Vec<_>, Invalid>>().map_err(|error| unreadable(region, "its layers", &error.to_string()))?);
            marker = page.next_marker().map(str::to_owned);
            if marker.is_none() {
                break;
            }
        }
        layers.sort();
        layers.dedup();
        Ok(layers)
    }

    async fn list_versions(&self, region: &RegionCode, layer: &LayerName) -> Result<Vec<VersionSummary>, AccountError> {
        let client = self.clients.lambda(region);
        let mut versions: Vec<VersionSummary> = Vec::new();
        let mut marker = None;
        loop {
            let send = || client.list_layer_versions().layer_name(layer.as_str()).set_marker(marker.clone()).send();
            let page = match self.calls.make(About::new(region, layer, Kind::Repeatable), send).await {
                Ok(page) => page,
                // A layer without versions may be no layer.
                Err(error) if error.is_missing() => break,
                Err(error) => return Err(error),
            };
            for item in page.layer_versions() {
                versions.push(VersionSummary {
                    version: number(item.version()).ok_or_else(|| unreadable(region, layer, "a version without a number"))?,
                    description: item.description().unwrap_or_default().to_owned(),
                    created: created(item.created_date().unwrap_or_default()).map_err(|error| unreadable(region, layer, &error.to_string()))?,
                });
            }
            marker = page.next_marker().map(str::to_owned);
            if marker.is_none() {
                break;
            }
        }
        versions.sort_by_key(|summary| std::cmp::Reverse(summary.version));
        Ok(versions)
    }

    async fn get_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<VersionFacts, AccountError> {
        let found = self.version(region, layer, version).await?;
        let content = found.content();
        let hash = content.and_then(|content| content.code_sha256()).unwrap_or_default();
        Ok(VersionFacts {
            code_sha256: code_sha256(region, layer, hash)?,
            code_size_bytes: content.and_then(|content| u64::try_from(content.code_size()).ok()).unwrap_or_default(),
            description: found.description().unwrap_or_default().to_owned(),
            runtimes: found.compatible_runtimes().iter().map(|runtime| runtime.as_str().to_owned()).collect(),
            architectures: found.compatible_architectures().iter().map(|architecture| architecture.as_str().to_owned()).collect(),
            license: found.license_info().unwrap_or_default().to_owned(),
        })
    }

    async fn policy(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<Option<String>, AccountError> {
        let (client, what) = (self.clients.lambda(region), format!("{layer}:{version}"));
        let send = || client.get_layer_version_policy().layer_name(layer.as_str()).version_number(version as i64).send();
        match self.calls.make(About::new(region, &what, Kind::Repeatable), send).await {
            Ok(answer) => Ok(answer.policy),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn download(&self, region: &RegionCode, layer: &LayerName, version: u64, to: &Path) -> Result<(), AccountError> {
        let found = self.version(region, layer, version).await?;
        let content = found.content();
        let address = content.and_then(|content| content.location()).ok_or_else(|| unreadable(region, layer, "no address of the archive"))?;
        let mut left = content.and_then(|content| u64::try_from(content.code_size()).ok()).unwrap_or_default();
        let mut download = self.http.download(address, 0).await?;
        let mut file = files::temporary_in(to.parent().unwrap_or(Path::new(".")))?;
        while let Some(bytes) = download.chunk().await? {
            let bytes: &[u8] = bytes.as_ref();
            left = left.checked_sub(bytes.len() as u64).ok_or_else(|| unreadable(region, layer, "its archive is longer than its `CodeSize`"))?;
            file.write_all(bytes).map_err(OutsideError::file("write", to))?;
        }
        Ok(files::place(file, to, Durability::Process)?)
    }
}

pub(super) fn code_sha256(region: &RegionCode, about: impl std::fmt::Display, text: &str) -> Result<Sha256, AccountError> {
    Sha256::from_lambda_form(text).ok_or_else(|| unreadable(region, about, &format!("`{}` is not a SHA-256", shown(text))))
}

pub(super) fn number(version: i64) -> Option<u64> {
    u64::try_from(version).ok().filter(|version| *version > 0)
}

/// An answer that nobody gives who keeps to the API.
pub(super) fn unreadable(region: &RegionCode, about: impl std::fmt::Display, reason: &str) -> AccountError {
    AccountError::refused(region, about, Refusal::Other("unreadable answer".to_owned()), reason)
}

/// Lambda's form of a time: `2018-11-27T15:10:45.123+0000`.
fn created(text: &str) -> Result<Timestamp, jiff::Error> {
    strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text)?.to_timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_form_of_lambda() {
        assert_eq!(created("2018-11-27T15:10:45.123+0000").unwrap(), "2018-11-27T15:10:45.123Z".parse().unwrap());
        for text in ["", "2018-11-27", "yesterday", "2018-11-27T15:10:45.123"] {
            assert!(created(text).is_err(), "{text}");
        }
    }
}
