//! `plan.json`: the hand-off from planning to building. Versioned by its `schema`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Attempt, HeldBack, LayerName, LayerRequest, RegionCode, Requirements, Runtime};

/// The work of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The form of this file: 1.
    pub schema: u32,
    /// When it was made.
    pub at: Timestamp,
    /// What to build, sorted by runtime and name.
    pub builds: Vec<PlannedBuild>,
    /// What needs no build: unchanged, or failed before it came to one.
    pub settled: Vec<Attempt>,
}

/// One archive to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedBuild {
    /// For which runtime.
    pub runtime: Runtime,
    /// What was asked for.
    pub request: LayerRequest,
    /// The layer that it becomes.
    pub layer: LayerName,
    /// The package's version.
    pub version: String,
    /// What is in it.
    pub requirements: Requirements,
    /// The regions that lack it.
    pub regions: Vec<RegionCode>,
    /// Why it is built.
    pub reason: Reason,
    /// The licence as the row gives it, for a wheel that names none.
    pub license: String,
    /// The lock to build from (PEP 751).
    pub lock: String,
    /// The size of its wheels in bytes: what it costs to build.
    pub cost: u64,
    /// Which share of the work it belongs to, from 0.
    pub shard: u32,
    /// Set when a newer version exists.
    pub held_back: Option<HeldBack>,
    /// What its latest layer has in it, when there is one.
    pub previous: Option<Requirements>,
}

/// Why something is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// There is no layer of it yet.
    New,
    /// Its requirements are not those of its latest layer.
    Changed,
    /// Some regions lack what others have.
    MissingRegions,
    /// It was asked for.
    Forced,
}
