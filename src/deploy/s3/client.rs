//! The client of one bucket.

use std::time::Duration;

use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, ConfigLoader, Region};
use aws_sdk_s3::config::{ProvideCredentials as _, RequestChecksumCalculation};
use aws_smithy_types::error::display::DisplayErrorContext;

use super::error::BucketError;

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Where nobody names a region, this is the one that buckets are in by default.
const DEFAULT_REGION: &str = "us-east-1";

/// How to behave towards S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// The time that one attempt at a call may take, beside the time for its bytes: 30 seconds unless told otherwise.
    pub attempt_limit: Duration,
    /// How often a call is made in all: six times unless told otherwise.
    pub attempts: u32,
    /// The longest wait before the second attempt; it doubles with each further one: half a second unless told otherwise.
    pub first_wait: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Self { attempt_limit: Duration::from_secs(30), attempts: 6, first_wait: Duration::from_millis(500) }
    }
}

/// Reads what `settings` leave open and asks for credentials once.
pub(super) async fn client(settings: ConfigLoader, region: Option<String>, manners: Manners) -> Result<aws_sdk_s3::Client, BucketError> {
    let settings = settings
        .app_name(AppName::new("klayers").expect("letters alone"))
        .retry_config(RetryConfig::standard().with_max_attempts(manners.attempts).with_initial_backoff(manners.first_wait))
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_LIMIT).operation_attempt_timeout(manners.attempt_limit).build());
    // Without the service that tells machines of AWS about themselves: elsewhere nobody answers there for a while.
    let named = RegionProviderChain::first_try(region.map(Region::new));
    // A workflow sets the variable for everybody, and leaves it empty where nobody has named a region.
    let said = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| std::env::var(name).ok().filter(|region| !region.is_empty()));
    let found = named.or_else(said.map(Region::new)).or_else(ProfileFileRegionProvider::new());
    let config = settings.region(found.or_else(Region::from_static(DEFAULT_REGION))).load().await;
    let provider = config.credentials_provider().ok_or_else(|| BucketError::NoCredentials("no provider is set".to_owned()))?;
    provider.provide_credentials().await.map_err(|error| BucketError::NoCredentials(DisplayErrorContext(error).to_string()))?;
    let has_own_endpoint = config.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
    // Other hosts than AWS's have no name for each bucket. Every upload has its MD5, so no other checksum is needed.
    let config = aws_sdk_s3::config::Builder::from(&config).force_path_style(has_own_endpoint);
    Ok(aws_sdk_s3::Client::from_conf(config.request_checksum_calculation(RequestChecksumCalculation::WhenRequired).build()))
}
