//! What a failed assembly means for the build that it was for.

use crate::assemble::bytecode::BytecodeError;
use crate::assemble::{AssembleError, CacheError};
use crate::domain::Failure;

/// Why an archive was not made.
pub enum AssembleFailure {
    /// The wheel is not in the cache as it should be.
    Wheel(Failure),
    /// Trying again would not help.
    Final(Failure),
    /// The disk takes nothing more: that is no fault of the package, and no other one will do better.
    Disk(AssembleError),
}

impl From<AssembleError> for AssembleFailure {
    fn from(error: AssembleError) -> Self {
        if is_of_the_disk(&error) {
            return Self::Disk(error);
        }
        let code = match &error {
            AssembleError::Cache(CacheError::Missing(_) | CacheError::Damaged { .. }) => return Self::Wheel(Failure::new("wheel-damaged", error.to_string())),
            AssembleError::Cache(CacheError::Outside(_)) | AssembleError::Outside(_) => "disk-failed",
            AssembleError::Wheel { .. } | AssembleError::Layout { .. } | AssembleError::Identity { .. } | AssembleError::Record { .. } => "wheel-refused",
            AssembleError::Bytecode { .. } => "bytecode-failed",
            AssembleError::Merge(_) => "wheels-clash",
            AssembleError::NeedsZip64(_) | AssembleError::TooLarge(_) => "too-large",
        };
        Self::Final(Failure::new(code, error.to_string()))
    }
}

fn is_of_the_disk(error: &AssembleError) -> bool {
    match error {
        AssembleError::Outside(error) | AssembleError::Cache(CacheError::Outside(error)) => error.is_of_the_disk(),
        AssembleError::Bytecode { source: BytecodeError::Outside(error), .. } => error.is_of_the_disk(),
        _ => false,
    }
}
