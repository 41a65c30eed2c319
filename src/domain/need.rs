//! How much something is wanted that a machine may be unable to do.

use serde::{Deserialize, Serialize};

/// Whether a layer may go without something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// A layer without it fails.
    Required,
    /// Done where the machine can do it; the manifest says when it was not.
    IfAvailable,
    /// Not even tried, and not missed.
    Never,
}
