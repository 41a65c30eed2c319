//! `plan.json`: the hand-off from planning to building. Versioned by its `schema`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Architecture, Attempt, HeldBack, LayerName, LayerRequest, NormalizedName, RegionCode, Requirements, Runtime};

/// The work of one run, as `plan.json` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The form of this file, a number that grows when older readers would misread it: 2.
    pub schema: u32,
    /// When it was made: the time that its run is known by.
    pub at: Timestamp,
    /// How much of the catalogue it looked at.
    pub scope: Scope,
    /// The shares of the work, of which each is one machine's. None when there is nothing to build.
    pub shards: Vec<Shard>,
    /// What to build, sorted by runtime and name.
    pub builds: Vec<PlannedBuild>,
    /// What needs no build: unchanged, or failed before it came to one.
    pub settled: Vec<Attempt>,
    /// Packages that were asked for and are not in it, because there were too many.
    pub left_out: Vec<NormalizedName>,
}

/// How much of the catalogue a plan looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// All of it, in all regions: when all that it has to do is done, a run is complete.
    Whole,
    /// Only the rows and regions that were selected on the command line.
    Part,
    /// What a change touches, for its author to see: nothing of it is published.
    Change,
}

/// One machine's share of the builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// Its number, from 0.
    pub shard: u32,
    /// The processor that its layers are for, so that they can be imported where they are built.
    #[serde(with = "architecture")]
    pub architecture: Architecture,
    /// How long it takes, as far as is known, in seconds.
    pub seconds: u64,
}

mod architecture {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::domain::Architecture;

    pub fn serialize<S: Serializer>(architecture: &Architecture, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(architecture)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Architecture, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// One archive to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedBuild {
    /// The runtime that the layer is for.
    pub runtime: Runtime,
    /// What was asked for.
    pub request: LayerRequest,
    /// The layer that it becomes.
    pub layer: LayerName,
    /// The package's version; of a bundle, the day of the plan, such as `2026.11.1`.
    pub version: String,
    /// The distributions that will be in it, with their versions.
    pub requirements: Requirements,
    /// The regions that lack it.
    pub regions: Vec<RegionCode>,
    /// Why it is built.
    pub reason: Reason,
    /// The licence as the row gives it, for a wheel that names none.
    pub license: String,
    /// The lock to build from (PEP 751).
    pub lock: String,
    /// How long it takes to build, check and import, in seconds: as recorded, or guessed from the size of its wheels.
    pub seconds: u64,
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
