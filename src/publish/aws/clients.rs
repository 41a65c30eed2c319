//! One client per service and region, made when it is first wanted.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, ConfigLoader, Region, SdkConfig};
use aws_sdk_lambda::config::ProvideCredentials as _;
use aws_smithy_types::error::display::DisplayErrorContext;

use crate::domain::RegionCode;
use crate::publish::Patience;

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Where settings are asked for that no region is part of.
const ANY_REGION: &str = "us-east-1";

/// How to behave towards AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// Calls of Lambda's API that are made in each region in a second. AWS takes 15 of most kinds together.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests>
    pub calls_per_second: u32,
    /// The time that a call without an archive may take.
    pub call_limit: Duration,
    /// How often to call again what may be called again.
    pub patience: Patience,
}

/// Why AWS cannot be called at all.
#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    /// There are no credentials, or they cannot be had.
    #[error(
        "there are no AWS credentials: {0}\nhelp: set `AWS_PROFILE`, or `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or whatever the AWS command line takes them from"
    )]
    NoCredentials(String),
}

/// The clients of all regions.
#[derive(Debug)]
pub(super) struct Clients {
    config: SdkConfig,
    has_own_endpoint: bool,
    lambda: Mutex<BTreeMap<RegionCode, aws_sdk_lambda::Client>>,
    s3: Mutex<BTreeMap<RegionCode, aws_sdk_s3::Client>>,
    sts: Mutex<BTreeMap<RegionCode, aws_sdk_sts::Client>>,
}

impl Clients {
    /// Reads what `settings` leave open and asks for credentials once.
    pub(super) async fn load(settings: ConfigLoader) -> Result<Self, AwsError> {
        let config = settings
            .region(Region::from_static(ANY_REGION))
            .app_name(AppName::new("klayers").expect("letters alone"))
            // See `calls.rs`.
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_LIMIT).build())
            // Every call has a limit that knows how large its archive is.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .load()
            .await;
        let provider = config.credentials_provider().ok_or_else(|| AwsError::NoCredentials("no provider is set".to_owned()))?;
        provider.provide_credentials().await.map_err(|error| AwsError::NoCredentials(DisplayErrorContext(error).to_string()))?;
        let has_own_endpoint = config.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
        Ok(Self { config, has_own_endpoint, lambda: Mutex::default(), s3: Mutex::default(), sts: Mutex::default() })
    }

    pub(super) fn lambda(&self, region: &RegionCode) -> aws_sdk_lambda::Client {
        let make = || {
            let config = aws_sdk_lambda::config::Builder::from(&self.config).region(Region::new(region.to_string()));
            aws_sdk_lambda::Client::from_conf(config.build())
        };
        of_region(&self.lambda, region, make)
    }

    pub(super) fn s3(&self, region: &RegionCode) -> aws_sdk_s3::Client {
        let make = || {
            // Other hosts than AWS's have no name for each bucket.
            let config = aws_sdk_s3::config::Builder::from(&self.config).region(Region::new(region.to_string())).force_path_style(self.has_own_endpoint);
            aws_sdk_s3::Client::from_conf(config.build())
        };
        of_region(&self.s3, region, make)
    }

    /// Of the region itself: what the global one gives is not valid in regions that must be enabled.
    pub(super) fn sts(&self, region: &RegionCode) -> aws_sdk_sts::Client {
        let make = || aws_sdk_sts::Client::from_conf(aws_sdk_sts::config::Builder::from(&self.config).region(Region::new(region.to_string())).build());
        of_region(&self.sts, region, make)
    }
}

fn of_region<C: Clone>(clients: &Mutex<BTreeMap<RegionCode, C>>, region: &RegionCode, make: impl FnOnce() -> C) -> C {
    clients.lock().unwrap_or_else(PoisonError::into_inner).entry(region.clone()).or_insert_with(make).clone()
}
