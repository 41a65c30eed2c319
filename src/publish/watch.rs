//! Holds what the account has against what the record says, one version at a time. Only looks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::silent::Silent;
use super::{Identity, ReadAccount, VersionFacts};
use crate::domain::{Failure, LayerArn, RecordedVersion, RegionCode, Sha256};

/// Looks at many versions of an account. It asks each region once whose it is, and gives up one that does not answer.
#[derive(Debug, Default)]
pub struct Watch {
    identities: Mutex<BTreeMap<RegionCode, AskedOnce>>,
    silent: Silent,
}

type AskedOnce = Arc<OnceCell<Result<Identity, Failure>>>;

/// What the account has at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The archive that the record says.
    Same(Box<VersionFacts>),
    /// An archive with this hash, which is another.
    Other(Sha256),
    /// No version has that number.
    Missing,
}

impl Watch {
    /// Looks at one version.
    ///
    /// # Errors
    /// When it cannot be known: the region does not answer, or is another account's.
    pub async fn look(&self, account: &impl ReadAccount, recorded: &RecordedVersion) -> Result<Seen, Failure> {
        let arn = &recorded.arn;
        self.silent.check(&arn.region)?;
        let seen = self.look_now(account, recorded).await;
        self.silent.note(&arn.region, seen.as_ref().err());
        seen
    }

    async fn look_now(&self, account: &impl ReadAccount, recorded: &RecordedVersion) -> Result<Seen, Failure> {
        let arn = &recorded.arn;
        self.check_identity(account, arn).await?;
        match account.get_version(&arn.region, &arn.layer, arn.version).await {
            Ok(facts) if facts.code_sha256 == recorded.zip_sha256 => Ok(Seen::Same(Box::new(facts))),
            Ok(facts) => Ok(Seen::Other(facts.code_sha256)),
            Err(error) if error.is_missing() => Ok(Seen::Missing),
            Err(error) => Err(error.failure()),
        }
    }

    /// Another account answers to the same names and numbers, with layers that are not ours.
    async fn check_identity(&self, account: &impl ReadAccount, arn: &LayerArn) -> Result<(), Failure> {
        let cell = {
            let mut identities = self.identities.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(identities.entry(arn.region.clone()).or_default())
        };
        let ask = || async { account.identity(&arn.region).await.map_err(|error| error.failure()) };
        let identity = cell.get_or_init(ask).await.clone()?;
        if (&identity.account, identity.partition) == (&arn.account, arn.partition) {
            return Ok(());
        }
        let reason = format!("`{}` is of the account {} in `{}`, and `{arn}` is not", arn.region, identity.account, identity.partition);
        Err(Failure::new("other-account", reason))
    }
}
