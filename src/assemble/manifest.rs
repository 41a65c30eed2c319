//! What an archive says of itself: a JSON file beside the zip. The same pins, Python and answers of the index give the
//! same bytes, until the import test adds how long it took.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::bytecode::NotCompiled;
use super::import_outcome::ImportOutcome;
use super::{Measure, Sizes};
use crate::domain::{Advisories, Drift, HeldBack, LayerName, NormalizedName, Requirements, Runtime, Sha256, Slim, WheelFilename};

/// The form of a manifest that this program writes and reads.
pub const SCHEMA: u32 = 2;

/// The file `<layer>.json`. Versioned by its `schema`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of this file: [`SCHEMA`].
    pub schema: u32,
    /// The runtime that the layer is for.
    pub runtime: Runtime,
    /// The package, or the bundle, that the layer is called after.
    pub package: NormalizedName,
    /// The package as its row spells it, with its extras.
    pub spelled: String,
    /// The package's version; of a bundle, a day such as `2026.11.1`.
    pub version: String,
    /// The layer that it becomes.
    pub layer: LayerName,
    /// The distributions that are in it, with their versions.
    pub requirements: Requirements,
    /// The identity of what is in it.
    pub requirements_sha256: Sha256,
    /// The SHA-256 of the zip.
    pub zip_sha256: Sha256,
    /// The size of the zip in bytes.
    pub zip_bytes: u64,
    /// The bytes that it unpacks to, which count against Lambda's limit.
    pub unzipped_bytes: u64,
    /// How many files it has.
    pub files: u64,
    /// The licences of what was requested, or what the row says: SPDX expressions where there are such, else names.
    pub license: String,
    /// The wheels that it was made from, in order.
    pub wheels: Vec<ManifestWheel>,
    /// What a reviewer should know.
    pub warnings: Vec<String>,
    /// Set when a newer version exists than the one that could be chosen.
    pub held_back: Option<HeldBack>,
    /// Whether its modules are compiled.
    pub bytecode: BytecodeRecord,
    /// Which kinds of files were left out.
    pub slim: BTreeSet<Slim>,
    /// What differs from its last published build; nothing when this is the first.
    pub drift: Option<Drift>,
    /// What the index knows against its distributions.
    pub advisories: BTreeMap<NormalizedName, Advisories>,
    /// What takes the room in it.
    pub sizes: Sizes,
    /// The distributions that it is about, in order.
    pub requested: Vec<NormalizedName>,
    /// What came of the import test, which is made after all else is written.
    pub import_test: ImportRecord,
}

/// What is known of importing the layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ImportRecord {
    /// It was tried; it may have failed.
    Tested {
        /// How the plain test ended.
        outcome: Box<ImportOutcome>,
        /// How it ended through AWS's own client, when it was tried so too.
        through_client: Option<Box<ImportOutcome>>,
    },
    /// It was not tried.
    NotTested {
        /// Why it was not, in words.
        reason: String,
    },
}

/// What became of the bytecode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum BytecodeRecord {
    /// Modules are compiled, as far as they can be.
    Compiled {
        /// The whole version of the Python that did it.
        python: String,
        /// How many modules are.
        files: u64,
        /// The bytes that they take when unpacked.
        bytes: u64,
        /// How many modules could not be compiled.
        not_compiled_count: usize,
        /// The first of them.
        not_compiled: Vec<NotCompiled>,
    },
    /// There is none: Python compiles at each cold start.
    Omitted {
        /// Why there is none, in words.
        reason: String,
    },
}

/// A wheel of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestWheel {
    /// The wheel's file name.
    pub filename: WheelFilename,
    /// The SHA-256 of its bytes: of a wheel of the index, the lock's.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
    /// What it was built from; nothing for a wheel of the index.
    pub built_from: Option<ManifestSource>,
}

/// The source of a wheel that we built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSource {
    /// The source's file name.
    pub filename: String,
    /// The SHA-256 of its bytes, which is the lock's.
    pub sha256: Sha256,
}

impl Manifest {
    /// Why its zip cannot travel inside a request that takes `limit_bytes`, with what is largest in it; nothing when it can.
    pub fn too_large_to_send(&self, limit_bytes: u64) -> Option<String> {
        self.sizes.too_large(Measure::Zipped, self.zip_bytes, limit_bytes)
    }

    /// The file's text: JSON with a newline at its end.
    ///
    /// # Panics
    /// Never: a manifest is plain data.
    pub fn canonical(&self) -> String {
        serde_json::to_string_pretty(self).expect("a manifest is plain data") + "\n"
    }
}
