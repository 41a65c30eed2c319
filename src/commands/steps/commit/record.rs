//! Receipts into the ledger, unless they cannot be true.

use crate::commands::context::Context;
use crate::domain::Receipt;
use crate::ledger::{Ledger, RecordError, Recorded, Writer};

/// Records `receipts` on top of `ledger`. Nothing when they cannot be true, which is printed; then nothing was written.
///
/// # Errors
/// When a file cannot be read or written.
pub fn record_or_report(context: &Context, writer: &Writer, ledger: &Ledger, receipts: &[Receipt]) -> anyhow::Result<Option<Recorded>> {
    match writer.record(ledger, receipts, context.now) {
        Ok(recorded) => Ok(Some(recorded)),
        Err(RecordError::Untrue(problems)) => {
            context.print(&problems);
            context.say("nothing was recorded: the receipts are as they were");
            Ok(None)
        }
        Err(RecordError::Outside(error)) => Err(error.into()),
    }
}
