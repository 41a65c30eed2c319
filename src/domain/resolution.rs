//! What a package is made of on one runtime: the pins, and the wheel of each.

use super::{NormalizedName, Requirements, Sha256, WheelFilename};

/// The pins for one package on one runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Every distribution of the layer, sorted by name; the requested one among them.
    pub pins: Vec<Pin>,
    /// The lock that the pins were read from, as `uv` wrote it (PEP 751).
    pub lock: String,
    /// Set when the index has a newer version than the one that could be chosen.
    pub held_back: Option<HeldBack>,
}

impl Resolution {
    /// The pins as requirement lines.
    pub fn requirements(&self) -> Requirements {
        Requirements::new(self.pins.iter().map(|pin| (&pin.name, pin.version.clone())))
    }

    /// The version that was chosen of a package.
    pub fn version_of(&self, package: &NormalizedName) -> Option<&str> {
        self.pins.iter().find(|pin| pin.name == *package).map(|pin| pin.version.as_str())
    }
}

/// One distribution of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Its name.
    pub name: NormalizedName,
    /// Its version.
    pub version: String,
    /// The wheel that fits the runtime best.
    pub wheel: LockedWheel,
}

/// A wheel as the lock names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedWheel {
    /// Its file name.
    pub filename: WheelFilename,
    /// Where it is.
    pub url: String,
    /// What its bytes must hash to.
    pub sha256: Sha256,
    /// Its size in bytes, when the index says.
    pub size_bytes: Option<u64>,
}

/// A package whose newest version could not be chosen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldBack {
    /// What was chosen.
    pub chosen: String,
    /// What the index has.
    pub newest: String,
    /// Why not that.
    pub reason: HeldBackReason,
}

/// Why the newest version was not chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeldBackReason {
    /// The newest version has no wheel that fits the runtime.
    NoWheel,
    /// It has one, but something that it depends on does not fit.
    Dependency,
}
