//! How a command ended, and the exit code of each.

use super::context::Context;
use crate::publish::ReceiptFileError;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Done,
    /// The data is wrong, or something could not be made of it.
    Problems,
    /// Generated files are not what they should be.
    Stale,
}

impl Outcome {
    /// The exit code. 2 is that of errors and of a wrong command line.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Problems => 1,
            Self::Stale => 4,
        }
    }

    /// Problems, which are printed, when the error is that receipts are none: whatever reads them, they are data.
    ///
    /// # Errors
    /// All others, as they are.
    pub(super) fn of_error(error: anyhow::Error, context: &Context) -> anyhow::Result<Self> {
        match error.downcast_ref() {
            Some(ReceiptFileError::NotReceipts(problems)) => {
                context.print(problems);
                Ok(Self::Problems)
            }
            Some(ReceiptFileError::Outside(_)) | None => Err(error),
        }
    }
}
