//! Changing an account.

use std::path::Path;
use std::time::Duration;

use aws_config::ConfigLoader;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Architecture as LambdaArchitecture, LayerVersionContentInput, Runtime as LambdaRuntime};

use super::bucket;
use super::calls::{About, Kind};
use super::clients::{AwsError, Manners};
use super::inline::{self, SharedBody};
use super::reader::{AwsReader, code_sha256, number, unreadable};
use crate::domain::{LayerName, Principal, RegionCode, Statement};
use crate::outside::http::Http;
use crate::publish::{
    AccountError, Content, Identity, Payload, PublishRequest, PublishedVersion, ReadAccount, StagedObject, Storage, VersionFacts, VersionSummary, WriteAccount,
    limits,
};

/// What Lambda is given to fetch an archive from a bucket and unpack it before it answers.
const FETCHING: Duration = Duration::from_secs(60);

/// An account that can be changed.
#[derive(Debug)]
pub struct AwsAccount {
    reader: AwsReader,
}

impl AwsAccount {
    /// The account of the credentials that `settings` lead to.
    ///
    /// # Errors
    /// When there are none.
    pub async fn open(settings: ConfigLoader, manners: Manners, http: Http) -> Result<Self, AwsError> {
        Ok(Self { reader: AwsReader::open(settings, manners, http).await? })
    }
}

impl WriteAccount for AwsAccount {
    async fn stage(&self, region: &RegionCode, object: &StagedObject, archive: &Payload) -> Result<(), AccountError> {
        bucket::stage(&self.reader, region, object, archive).await
    }

    async fn unstage(&self, region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
        bucket::unstage(&self.reader, region, object).await
    }

    async fn publish_version(&self, region: &RegionCode, request: &PublishRequest) -> Result<PublishedVersion, AccountError> {
        limits::check_request(region, request)?;
        let made = match &request.content {
            Content::Inline(archive) => self.publish_inline(region, request, archive).await?,
            Content::Staged(object) => self.publish_staged(region, request, object).await?,
        };
        let version = number(made.version()).ok_or_else(|| unreadable(region, &request.layer, "a version without a number"))?;
        let hash = made.content().and_then(|content| content.code_sha256()).unwrap_or_default();
        Ok(PublishedVersion { version, code_sha256: code_sha256(region, &request.layer, hash)? })
    }

    async fn add_permission(&self, region: &RegionCode, layer: &LayerName, version: u64, statement: &Statement) -> Result<(), AccountError> {
        limits::check_statement_id(region, layer, &statement.id)?;
        let (client, what) = (self.reader.clients.lambda(region), format!("{layer}:{version}"));
        let (principal, organization) = match &statement.principal {
            Principal::Public => ("*".to_owned(), None),
            Principal::Organization(organization) => ("*".to_owned(), Some(organization.to_string())),
            Principal::Account(account) => (account.to_string(), None),
        };
        let send = || {
            let add = client.add_layer_version_permission().layer_name(layer.as_str()).version_number(version as i64).statement_id(&statement.id);
            add.action(crate::publish::policy::ACTION).principal(&principal).set_organization_id(organization.clone()).send()
        };
        self.reader.calls.make(About::new(region, &what, Kind::Repeatable), send).await.map(|_| ())
    }

    async fn delete_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<(), AccountError> {
        let (client, what) = (self.reader.clients.lambda(region), format!("{layer}:{version}"));
        let send = || client.delete_layer_version().layer_name(layer.as_str()).version_number(version as i64).send();
        match self.reader.calls.make(About::new(region, &what, Kind::Repeatable), send).await {
            Err(error) if !error.is_missing() => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

type Made = aws_sdk_lambda::operation::publish_layer_version::PublishLayerVersionOutput;

impl AwsAccount {
    async fn publish_inline(&self, region: &RegionCode, request: &PublishRequest, archive: &Payload) -> Result<Made, AccountError> {
        let memory_bytes = limits::size_bytes(archive.file())? / 3 * 4;
        let (of_region, of_request, sha256) = (region.clone(), request.clone(), archive.sha256());
        let body = archive.load(memory_bytes, move |file: &Path| inline::body(&of_region, &of_request, file, sha256)).await?;
        // The client must be given an archive; `SharedBody` puts the whole request in its place.
        let content = LayerVersionContentInput::builder().zip_file(Blob::new([])).build();
        let publish = self.reader.clients.lambda(region).publish_layer_version().layer_name(request.layer.as_str()).content(content);
        let send = || publish.clone().customize().interceptor(SharedBody(body.clone())).send();
        self.reader.calls.make(About::new(region, &request.layer, Kind::Once).carrying(body.len()), send).await
    }

    async fn publish_staged(&self, region: &RegionCode, request: &PublishRequest, object: &StagedObject) -> Result<Made, AccountError> {
        bucket::check_is_there(&self.reader, region, object).await?;
        let content = LayerVersionContentInput::builder().s3_bucket(&object.bucket).s3_key(&object.key).build();
        let publish = self.reader.clients.lambda(region).publish_layer_version().layer_name(request.layer.as_str()).content(content);
        let publish = publish
            .description(&request.description)
            .set_license_info(Some(request.license.clone()).filter(|license| !license.is_empty()))
            .set_compatible_runtimes(Some(request.pythons.iter().map(|python| LambdaRuntime::from(format!("python{python}").as_str())).collect()))
            .set_compatible_architectures(Some(request.architectures.iter().map(|one| LambdaArchitecture::from(one.to_string().as_str())).collect()));
        self.reader.calls.make(About::new(region, &request.layer, Kind::Once).slow(FETCHING), || publish.clone().send()).await
    }
}

/// An account that can be changed can be looked at.
impl ReadAccount for AwsAccount {
    async fn identity(&self, region: &RegionCode) -> Result<Identity, AccountError> {
        self.reader.identity(region).await
    }

    async fn storage(&self, region: &RegionCode) -> Result<Storage, AccountError> {
        self.reader.storage(region).await
    }

    async fn list_layers(&self, region: &RegionCode) -> Result<Vec<LayerName>, AccountError> {
        self.reader.list_layers(region).await
    }

    async fn list_versions(&self, region: &RegionCode, layer: &LayerName) -> Result<Vec<VersionSummary>, AccountError> {
        self.reader.list_versions(region, layer).await
    }

    async fn get_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<VersionFacts, AccountError> {
        self.reader.get_version(region, layer, version).await
    }

    async fn policy(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<Option<String>, AccountError> {
        self.reader.policy(region, layer, version).await
    }

    async fn download(&self, region: &RegionCode, layer: &LayerName, version: u64, to: &Path) -> Result<(), AccountError> {
        self.reader.download(region, layer, version, to).await
    }
}
