//! The words of the catalogue: runtimes, packages, layers, regions, resolutions.
//!
//! Every type here is valid by construction: it is parsed once at the edge and cannot be wrong
//! afterwards. Nothing in this module reads a file, a clock or a network, and it names no other
//! module.

mod attempt;
mod digest;
mod layer;
mod package;
mod python;
mod receipt;
mod region;
mod requirements;
mod resolution;
mod runtime;
mod wheel;

pub use attempt::{Attempt, Failure, Outcome};
pub use digest::Sha256;
pub use layer::{DESCRIPTION_MAX_CHARS, LAYER_NAME_MAX_CHARS, LICENSE_MAX_CHARS, LayerArn, LayerName, Prefix};
pub use package::{NormalizedName, PackageName, PackageRequest, RequestError};
pub use python::{Glibc, PythonMinor};
pub use receipt::{ArchiveRecord, Receipt};
pub use region::{AccountId, Partition, RegionCode, RegionState};
pub use requirements::Requirements;
pub use resolution::{HeldBack, HeldBackReason, LockedWheel, Pin, Resolution};
pub use runtime::{Architecture, Runtime, RuntimeState};
pub use wheel::{WheelFilename, WheelTag};

/// A text that is not what its type promises. The message says what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

/// Serialises a type as its `Display` text and reads it back through `FromStr`.
macro_rules! text_serde {
    ($($type:ty),+ $(,)?) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(crate) use text_serde;
