//! Shares a layer version and reads back whether it is shared. Only what is read back counts: neither the
//! success nor the failure of a call decides.

use super::policy::{self, NotShared};
use super::{AccountError, Options, Publishable, WriteAccount};
use crate::domain::{Failure, RegionCode};

/// Shares a version, and tries again for as long as `options` are patient: what was written may be read a moment later.
pub(super) async fn make_shared(
    account: &impl WriteAccount,
    archive: &Publishable,
    region: &RegionCode,
    version: u64,
    options: &Options<'_>,
) -> Result<(), Failure> {
    for failures in 1.. {
        let Err(failure) = share_once(account, archive, region, version, options).await else { return Ok(()) };
        if failures >= options.patience.tries || !failure.may_pass {
            return Err(failure.failure);
        }
        tokio::time::sleep(options.patience.wait(failures)).await;
    }
    unreachable!("the loop ends by itself")
}

/// Why a version is not shared, and whether trying again may help.
struct Unshared {
    failure: Failure,
    may_pass: bool,
}

async fn share_once(account: &impl WriteAccount, archive: &Publishable, region: &RegionCode, version: u64, options: &Options<'_>) -> Result<(), Unshared> {
    let layer = &archive.archive().manifest().layer;
    let mut refused = None;
    for statement in options.sharing.statements() {
        match account.add_permission(region, layer, version, &statement).await {
            Ok(()) => {}
            Err(error) if error.is_conflict() => {}
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    let judged = match account.policy(region, layer, version).await {
        Ok(policy) => policy::check(policy.as_deref(), options.sharing),
        Err(error) => return Err(unshared(refused.unwrap_or(error))),
    };
    match (judged, refused) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(error)) => Err(unshared(error)),
        (Err(reason), None) => {
            let code = if matches!(reason, NotShared::Public(_)) { "too-public" } else { "not-public" };
            let reason = format!("version {version} of `{layer}` in `{region}` is not {}: {reason}", options.sharing);
            Err(Unshared { failure: Failure::new(code, reason), may_pass: true })
        }
    }
}

fn unshared(error: AccountError) -> Unshared {
    // A version that was made a moment ago may not be known everywhere yet.
    Unshared { may_pass: error.is_ambiguous() || error.is_missing(), failure: error.failure() }
}
