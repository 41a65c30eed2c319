//! Receipts: what publishing hands to the record, one JSON line each.
//!
//! They are written and flushed as things happen, so a run that dies has told what it did.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, Attempt, Failure, LayerName, NormalizedName, Papers, Partition, RegionCode, Requirements, Runtime, Sha256};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "receipt", rename_all = "lowercase")]
pub enum Receipt {
    /// A package was tried.
    Attempt(Attempt),
    /// The lines that follow about this layer and hash are of this archive.
    Archive(Box<ArchiveRecord>),
    /// A layer version exists and is public; its permission was read back.
    Published {
        /// Of which layer.
        layer: LayerName,
        /// Of which archive.
        zip_sha256: Sha256,
        /// Where.
        region: RegionCode,
        /// Which number it got.
        version: u64,
        /// When.
        at: Timestamp,
    },
    /// A layer version exists but is not public yet. The next run finishes it.
    Orphaned {
        /// Of which layer.
        layer: LayerName,
        /// Of which archive.
        zip_sha256: Sha256,
        /// Where.
        region: RegionCode,
        /// Which number it got.
        version: u64,
        /// Why it was not finished.
        failure: Failure,
    },
    /// Nothing was published.
    Failed {
        /// Of which layer.
        layer: LayerName,
        /// Of which archive.
        zip_sha256: Sha256,
        /// Where.
        region: RegionCode,
        /// Why.
        failure: Failure,
    },
}

/// What the record keeps of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveRecord {
    /// Whose layer it becomes.
    pub account: AccountId,
    /// In which partition.
    pub partition: Partition,
    /// For which runtime.
    pub runtime: Runtime,
    /// Which package.
    pub package: NormalizedName,
    /// The package as its row spells it, with its extras.
    pub spelled: String,
    /// The package's version.
    pub version: String,
    /// The layer's name.
    pub layer: LayerName,
    /// What is in it.
    pub requirements: Requirements,
    /// The SHA-256 of the archive.
    pub zip_sha256: Sha256,
    /// The archive's size.
    pub zip_bytes: u64,
    /// Its size when unpacked.
    pub unzipped_bytes: u64,
    /// The package's licence.
    pub license: String,
    /// The lock that it was built from.
    pub lock: String,
    /// What is written beside it. Receipts of before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers: Option<Papers>,
}
