//! What an archive says of itself: a JSON file beside the zip, the same bytes for the same pins.

use serde::{Deserialize, Serialize};

use crate::domain::{HeldBack, LayerName, NormalizedName, Requirements, Runtime, Sha256, WheelFilename};

/// The file `<layer>.json`. Versioned by its `schema`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of this file: 1.
    pub schema: u32,
    /// For which runtime.
    pub runtime: Runtime,
    /// Which package.
    pub package: NormalizedName,
    /// The package as its row spells it, with its extras.
    pub spelled: String,
    /// The package's version.
    pub version: String,
    /// The layer that it becomes.
    pub layer: LayerName,
    /// What is in it.
    pub requirements: Requirements,
    /// The identity of what is in it.
    pub requirements_sha256: Sha256,
    /// The SHA-256 of the zip.
    pub zip_sha256: Sha256,
    /// The size of the zip.
    pub zip_bytes: u64,
    /// What it unpacks to.
    pub unzipped_bytes: u64,
    /// How many files it has.
    pub files: u64,
    /// The package's licence.
    pub license: String,
    /// The wheels that it was made from, in order.
    pub wheels: Vec<ManifestWheel>,
    /// What a reviewer should know.
    pub warnings: Vec<String>,
    /// Set when a newer version exists than the one that could be chosen.
    pub held_back: Option<HeldBack>,
}

/// A wheel of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestWheel {
    /// Its file name.
    pub filename: WheelFilename,
    /// Its hash.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Manifest {
    /// The file's text.
    pub fn canonical(&self) -> String {
        serde_json::to_string_pretty(self).expect("a manifest is plain data") + "\n"
    }
}
