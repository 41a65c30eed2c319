//! What a package is made of on one runtime: the pins, and the wheel of each.

use super::{NormalizedName, Requirements, Sha256, WheelFilename};

/// The pins for one package on one runtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Every distribution of the layer, sorted by name; the requested one among them.
    pub pins: Vec<Locked>,
    /// The lock that the pins were read from, as `uv` wrote it (PEP 751).
    /// <https://packaging.python.org/en/latest/specifications/pylock-toml/>
    pub lock: String,
    /// Set when the index has a newer version than the one that could be chosen.
    pub held_back: Option<HeldBack>,
}

impl Resolution {
    /// The pins as requirement lines.
    pub fn requirements(&self) -> Requirements {
        Requirements::new(self.pins.iter().map(|pin| (pin.name(), pin.version().to_owned())))
    }

    /// The version that was chosen of a package.
    pub fn version_of(&self, package: &NormalizedName) -> Option<&str> {
        self.pins.iter().find(|pin| pin.name() == package).map(Locked::version)
    }
}

/// One distribution of a lock: most have a wheel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// To be taken as it is.
    Wheel(Pin),
    /// To be built first.
    Source {
        /// Its normalised name.
        name: NormalizedName,
        /// Its version, as the lock has it.
        version: String,
        /// What to build it from.
        source: RemoteFile,
    },
}

impl Locked {
    /// Its normalised name.
    pub fn name(&self) -> &NormalizedName {
        match self {
            Self::Wheel(pin) => &pin.name,
            Self::Source { name, .. } => name,
        }
    }

    /// Its version, as the lock has it.
    pub fn version(&self) -> &str {
        match self {
            Self::Wheel(pin) => &pin.version,
            Self::Source { version, .. } => version,
        }
    }

    /// The size of its file in bytes, when the index says.
    pub fn size_bytes(&self) -> Option<u64> {
        match self {
            Self::Wheel(pin) => pin.wheel.size_bytes,
            Self::Source { source, .. } => source.size_bytes,
        }
    }
}

/// A file as a lock names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemoteFile {
    /// The name of the file.
    pub filename: String,
    /// Its address, which a lock may publish: it has no credentials.
    pub url: String,
    /// What its bytes must hash to.
    pub sha256: Sha256,
    /// Its size in bytes, when the index says.
    pub size_bytes: Option<u64>,
}

/// One distribution of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Its normalised name.
    pub name: NormalizedName,
    /// Its version, as the lock has it.
    pub version: String,
    /// The wheel that fits the runtime best.
    pub wheel: LockedWheel,
    /// What the wheel was built from, if we built it.
    pub built_from: Option<RemoteFile>,
}

/// A wheel as the lock names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockedWheel {
    /// Its file name, which says what it fits.
    pub filename: WheelFilename,
    /// Its address, which a lock may publish: it has no credentials.
    pub url: String,
    /// What its bytes must hash to.
    pub sha256: Sha256,
    /// Its size in bytes, when the index says.
    pub size_bytes: Option<u64>,
}

impl LockedWheel {
    /// The file that it is.
    pub fn file(&self) -> RemoteFile {
        RemoteFile { filename: self.filename.to_string(), url: self.url.clone(), sha256: self.sha256, size_bytes: self.size_bytes }
    }
}

/// A package whose newest version could not be chosen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldBack {
    /// The version that was chosen.
    pub chosen: String,
    /// The newest version that the index has and the row admits.
    pub newest: String,
    /// Why the newest was not chosen.
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
