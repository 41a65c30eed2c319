//! What came of trying to make a layer.

use serde::{Deserialize, Serialize};

use super::recorded::REASON_MAX_CHARS;
use super::{HeldBack, NormalizedName, Runtime, read_reason, sentence};

/// One package on one runtime in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The runtime that the layer was to be for.
    pub runtime: Runtime,
    /// The package, or the bundle, that was tried.
    pub package: NormalizedName,
    /// How it ended.
    pub outcome: Outcome,
    /// Set when a newer version exists than the one that could be chosen.
    pub held_back: Option<HeldBack>,
    /// How long it took, where that was measured: runs that are to be the same to the byte do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Seconds>,
}

/// How long a layer took, in whole seconds, rounded up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seconds {
    /// Seconds to fetch and assemble.
    pub build: u64,
    /// Seconds to check and import.
    pub check: u64,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// An archive was made.
    Built,
    /// What is published already is what would be built.
    Unchanged,
    /// No archive could be made.
    Failed(Failure),
}

/// Why no layer could be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(deny_unknown_fields)]
#[error("{reason}")]
pub struct Failure {
    /// A short name that never changes, in kebab case: `no-wheel`.
    #[serde(deserialize_with = "read_reason")]
    pub code: String,
    /// What happened, in words, on one line: strangers' words are in it, so what steers is spelled out, and much is cut.
    #[serde(deserialize_with = "read_reason")]
    pub reason: String,
}

impl Failure {
    /// A failure with its code and its reason.
    pub fn new(code: &str, reason: impl AsRef<str>) -> Self {
        Self { code: code.to_owned(), reason: sentence(reason.as_ref(), REASON_MAX_CHARS) }
    }
}
