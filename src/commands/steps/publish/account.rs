//! The account that a command line names, opened to look or to change.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::commands::context::Context;
use crate::config::Settings;
use crate::domain::{AccountId, Partition, RegionCode};
use crate::outside::aws_login::settings_of_job;
use crate::publish::aws::{AwsAccount, AwsReader, Manners};
use crate::publish::local::{LocalAccount, LocalReader};
use crate::publish::{AnyAccount, AnyReader, Patience, ReadAccount, check_expected};

/// How long AWS is borne: five tries within about half a minute, throttling longer.
const AWS_PATIENCE: Patience =
    Patience { tries: 5, first_wait: Duration::from_millis(400), longest_wait: Duration::from_secs(20), doubt: Duration::from_secs(2) };

/// Where layers live, as the command line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountArg {
    /// AWS, by the credentials that its other tools would take, or by the role of a job.
    Aws,
    /// A folder with the rules of AWS.
    Local(PathBuf),
}

impl FromStr for AccountArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("local:") {
            Some(folder) if !folder.is_empty() => Ok(Self::Local(PathBuf::from(folder))),
            None if text == "aws" => Ok(Self::Aws),
            Some(_) | None => Err("an account is `aws` or `local:DIR`".to_owned()),
        }
    }
}

impl AccountArg {
    /// The account, to look at.
    ///
    /// # Errors
    /// When there are no credentials for it.
    pub async fn reader(&self, context: &Context, settings: &Settings) -> anyhow::Result<AnyReader> {
        Ok(match self {
            Self::Aws => AnyReader::Aws(AwsReader::open(settings_of_job(&context.http).await?, manners(settings), context.http.clone()).await?),
            Self::Local(folder) => AnyReader::Local(LocalReader::open(&context.path(folder))),
        })
    }

    /// The account, to change.
    ///
    /// # Errors
    /// When there are no credentials for it, or somebody else has it.
    pub async fn writer(&self, context: &Context, settings: &Settings) -> anyhow::Result<AnyAccount> {
        Ok(match self {
            Self::Aws => AnyAccount::Aws(AwsAccount::open(settings_of_job(&context.http).await?, manners(settings), context.http.clone()).await?),
            Self::Local(folder) => AnyAccount::Local(LocalAccount::open(&context.path(folder), context.now)?),
        })
    }

    /// Whose account it must be, as far as config says. A folder is nobody's.
    pub fn expected(&self, settings: &Settings) -> BTreeMap<Partition, AccountId> {
        match self {
            Self::Aws => settings.publish.accounts.clone(),
            Self::Local(_) => BTreeMap::new(),
        }
    }

    /// Asks the first region that answers whose account it is.
    ///
    /// # Errors
    /// When it is not the expected one.
    pub async fn check(&self, account: &impl ReadAccount, settings: &Settings, regions: &[RegionCode]) -> anyhow::Result<()> {
        for region in regions {
            if let Ok(identity) = account.identity(region).await {
                check_expected(&identity, &self.expected(settings))?;
                break;
            }
        }
        Ok(())
    }

    /// Layers that are published at once, and regions of each. A folder is a disk: more would not be faster. Regions
    /// of AWS are far away, and each has a rate of its own: all at once.
    pub fn at_once(&self) -> (usize, usize) {
        match self {
            Self::Aws => (8, 64),
            Self::Local(_) => (4, 1),
        }
    }

    /// How often to try what may go well the next time. What a disk does not do it will not do a moment later.
    pub fn patience(&self) -> Patience {
        match self {
            Self::Aws => AWS_PATIENCE,
            Self::Local(_) => Patience::NONE,
        }
    }
}

fn manners(settings: &Settings) -> Manners {
    Manners {
        calls_per_second: settings.publish.calls_per_second,
        call_limit: Duration::from_secs(settings.publish.call_timeout_seconds.into()),
        patience: AWS_PATIENCE,
    }
}
