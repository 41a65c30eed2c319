//! `report.json`: what came of a change, as data. Versioned by its `schema`.
//!
//! Every text in it has a greatest length and every list a greatest number of entries, so that a report of strangers
//! can be read whole. None of it is ever shown as it is.

use serde::{Deserialize, Serialize};

use super::Line;
use crate::domain::{HeldBackReason, NormalizedName, Runtime};

/// The form of a report that this program writes and reads.
pub const SCHEMA: u32 = 1;
/// Largest report that is read, in bytes.
pub const REPORT_MAX_BYTES: u64 = 1 << 20;

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The form of this file: [`SCHEMA`], and no other is read.
    pub schema: u32,
    /// What is wrong with the catalogue. Where there is one, nothing was built.
    pub errors: Listed<Finding>,
    /// What stopped nothing: mostly, what was wrong before the change.
    pub warnings: Listed<Finding>,
    /// What was to be built, sorted by package and runtime, each once.
    pub layers: Vec<LayerReport>,
    /// Rows that the change takes away.
    pub removed: Listed<Outgone>,
    /// Packages that the change touches and that were not built, because there were too many.
    pub left_out: Listed<NormalizedName>,
}

/// The first of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed<T> {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<T>,
}

impl<T> Listed<T> {
    /// All of `items` counted, and at most `max` kept.
    pub fn new(items: impl ExactSizeIterator<Item = T>, max: usize) -> Self {
        Self { count: items.len() as u64, first: items.take(max).collect() }
    }
}

/// A problem of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Its short name, which never changes.
    pub code: Line<60>,
    /// The file that has it, from the root of the repository.
    pub file: Line<200>,
    /// On which line, from 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: Line<400>,
    /// What to do about it.
    pub help: Line<400>,
}

/// A row that is no longer there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgone {
    /// The package that the row asked for.
    pub package: NormalizedName,
    /// The runtime that it asked for.
    pub runtime: Runtime,
}

/// One layer that was to be built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerReport {
    /// The package, or the bundle, that the layer is called after.
    pub package: NormalizedName,
    /// The runtime that it is for.
    pub runtime: Runtime,
    /// As its row spells it, with its extras.
    pub spelled: Line<120>,
    /// The version that was resolved; nothing when none was.
    pub version: Option<Line<60>>,
    /// Set when a newer version exists than the one that could be chosen.
    pub held_back: Option<HeldBackFrom>,
    /// What came of it.
    pub outcome: LayerOutcome,
}

/// What could not be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldBackFrom {
    /// What the index has.
    pub newest: Line<60>,
    /// Why the newest was not chosen.
    pub reason: HeldBackReason,
}

/// How a layer ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum LayerOutcome {
    /// Built, and found good.
    Good(Box<Contents>),
    /// Not built, or refused.
    Failed(Why),
    /// Nothing was told of it: its job ended early.
    NoResult,
}

/// Why there is no good layer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// A short name that never changes: `no-wheel`.
    pub code: Line<60>,
    /// What happened, in words.
    pub reason: Line<600>,
}

/// What a good layer has in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// The size of its zip in bytes.
    pub zip_bytes: u64,
    /// The bytes that it unpacks to.
    pub unzipped_bytes: u64,
    /// What is in it beside the package itself, as `name==version`.
    pub dependencies: Listed<Line<120>>,
    /// What differs from its last published build, in words; nothing when there is none.
    pub drift: Option<Line<400>>,
    /// Whether it was imported.
    pub import: Import,
}

/// What is known of importing a good layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Import {
    /// It was imported with success.
    Passed {
        /// Milliseconds that the cold import took.
        milliseconds: u64,
    },
    /// It was not tried.
    NotTested {
        /// Why it was not.
        reason: Line<200>,
    },
}

impl Report {
    /// The file's text, at most [`REPORT_MAX_BYTES`]: of very many layers the lists of dependencies are cut, then the reasons.
    pub fn canonical(&self) -> String {
        let mut report = self.clone();
        let mut text = report.text();
        for max in [50, 20, 5, 0] {
            if text.len() as u64 <= REPORT_MAX_BYTES {
                return text;
            }
            report.layers.iter_mut().for_each(|layer| layer.shorten(max));
            text = report.text();
        }
        text
    }

    fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report is plain data") + "\n"
    }
}

impl LayerReport {
    fn shorten(&mut self, dependencies_max: usize) {
        match &mut self.outcome {
            LayerOutcome::Good(contents) => contents.dependencies.first.truncate(dependencies_max),
            LayerOutcome::Failed(why) if dependencies_max == 0 => why.reason = Line::new(Line::<150>::new(why.reason.as_str()).as_str()),
            LayerOutcome::Failed(_) | LayerOutcome::NoResult => {}
        }
    }

    /// Whether it is as it should be.
    pub fn is_good(&self) -> bool {
        matches!(self.outcome, LayerOutcome::Good(_))
    }
}
