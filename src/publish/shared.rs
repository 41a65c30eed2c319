//! Shares a layer version and reads back whether it is shared. Only what is read back counts: neither the
//! success nor the failure of a call decides.

use super::policy::{self, NotShared};
use super::{AccountError, Options, WriteAccount};
use crate::domain::{Failure, LayerName, RegionCode, Sharing};

/// Shares a version, and tries again for as long as `options` are patient: what was written may be read a moment later.
pub(super) async fn make_shared(
    account: &impl WriteAccount,
    layer: &LayerName,
    region: &RegionCode,
    version: u64,
    options: &Options<'_>,
) -> Result<(), Failure> {
    for failures in 1.. {
        let Err(unshared) = share(account, region, layer, version, options.sharing).await else { return Ok(()) };
        if failures >= options.patience.tries || !unshared.may_pass() {
            return Err(unshared.failure(region, layer, version, options.sharing));
        }
        tokio::time::sleep(options.patience.wait(failures)).await;
    }
    unreachable!("the loop ends by itself")
}

/// Why a version is not shared.
#[derive(Debug)]
pub(super) enum Unshared {
    /// A call failed.
    Call(AccountError),
    /// The calls went well, and what was read back is not what it should be.
    ReadBack(NotShared),
}

/// Adds the statements that `sharing` wants and reads them back, once.
pub(super) async fn share(account: &impl WriteAccount, region: &RegionCode, layer: &LayerName, version: u64, sharing: &Sharing) -> Result<(), Unshared> {
    let mut refused = None;
    for statement in sharing.statements() {
        match account.add_permission(region, layer, version, &statement).await {
            Ok(()) => {}
            Err(error) if error.is_conflict() => {}
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    let judged = match account.policy(region, layer, version).await {
        Ok(policy) => policy::check(policy.as_deref(), sharing),
        Err(error) => return Err(Unshared::Call(refused.unwrap_or(error))),
    };
    match (judged, refused) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(error)) => Err(Unshared::Call(error)),
        (Err(reason), None) => Err(Unshared::ReadBack(reason)),
    }
}

impl Unshared {
    /// Whether trying again may help. A version that was made a moment ago may not be known everywhere yet.
    fn may_pass(&self) -> bool {
        match self {
            Self::Call(error) => error.is_ambiguous() || error.is_missing(),
            Self::ReadBack(_) => true,
        }
    }

    fn failure(self, region: &RegionCode, layer: &LayerName, version: u64, sharing: &Sharing) -> Failure {
        match self {
            Self::Call(error) => error.failure(),
            Self::ReadBack(reason) => {
                let code = if matches!(reason, NotShared::Public(_)) { "too-public" } else { "not-public" };
                Failure::new(code, format!("version {version} of `{layer}` in `{region}` is not {sharing}: {reason}"))
            }
        }
    }
}
