//! `regions/<region>/<layer>.json`: all of a layer in one region.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Architecture, LayerName, Principal, RegionCode, Sha256};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::publish::PublishRequest;

const FILE_MAX_BYTES: u64 = 64 << 20;

/// A layer's versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerFile {
    /// The number that was given last. It stays when its version is deleted, so that no number comes back.
    pub(super) last_version: u64,
    /// By number.
    pub(super) versions: BTreeMap<u64, StoredVersion>,
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredVersion {
    pub(super) description: String,
    pub(super) created: Timestamp,
    pub(super) license: String,
    pub(super) runtimes: Vec<String>,
    pub(super) architectures: Vec<Architecture>,
    pub(super) code_sha256: Sha256,
    pub(super) code_size_bytes: u64,
    pub(super) unzipped_bytes: u64,
    /// The statements of its policy, by their names.
    pub(super) statements: BTreeMap<String, Principal>,
}

impl LayerFile {
    /// Reads a layer; one that never was is empty.
    pub(super) fn read(account: &Path, region: &RegionCode, layer: &LayerName) -> Result<Self, OutsideError> {
        let path = path(account, region, layer);
        let Some(bytes) = files::read_if_exists(&path, FILE_MAX_BYTES)? else {
            return Ok(Self::default());
        };
        serde_json::from_slice(&bytes).map_err(|error| OutsideError::file("read the layer", &path)(error.into()))
    }

    /// Writes a layer in canonical form.
    pub(super) fn write(&self, account: &Path, region: &RegionCode, layer: &LayerName) -> Result<(), OutsideError> {
        // A `Value` keeps its keys sorted; the struct would keep the order of its fields.
        let value = serde_json::to_value(self).expect("layers are plain data");
        files::write(&path(account, region, layer), format!("{value}\n").as_bytes(), Durability::Process).map(|_| ())
    }

    /// Adds a version and says its number.
    pub(super) fn add(&mut self, request: &PublishRequest, created: Timestamp, code_sha256: Sha256, code_size_bytes: u64, unzipped_bytes: u64) -> u64 {
        self.last_version += 1;
        let version = StoredVersion {
            description: request.description.clone(),
            created,
            license: request.license.clone(),
            runtimes: request.pythons.iter().map(|python| format!("python{python}")).collect(),
            architectures: request.architectures.clone(),
            code_sha256,
            code_size_bytes,
            unzipped_bytes,
            statements: BTreeMap::new(),
        };
        self.versions.insert(self.last_version, version);
        self.last_version
    }
}

/// The layers of a region that have versions.
pub(super) fn layers(account: &Path, region: &RegionCode) -> Result<Vec<LayerName>, OutsideError> {
    let mut layers = Vec::new();
    for name in files::names(&account.join("regions").join(region.as_str()))? {
        if let Some(layer) = name.strip_suffix(".json").and_then(|name| name.parse::<LayerName>().ok())
            && !LayerFile::read(account, region, &layer)?.versions.is_empty()
        {
            layers.push(layer);
        }
    }
    Ok(layers)
}

fn path(account: &Path, region: &RegionCode, layer: &LayerName) -> PathBuf {
    account.join("regions").join(region.as_str()).join(format!("{layer}.json"))
}
