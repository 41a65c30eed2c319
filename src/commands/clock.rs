//! Whether the clock can be right: asked before something is done that cannot be undone.

use super::context::Context;
use crate::ledger::Ledger;

/// Believes a time that was given, and the clock as far as the ledger does not contradict it.
///
/// # Errors
/// When the ledger is from the future, or ends long ago.
pub fn refuse_wrong_clock(context: &Context, ledger: &Ledger) -> anyhow::Result<()> {
    let now = context.now;
    let checked = if context.is_time_given { Ok(()) } else { ledger.check_clock(now) };
    checked.map_err(|wrong| anyhow::anyhow!("{wrong}: nothing was deleted\nhelp: set the clock; if it is right, say so with `--now {now}`"))
}
