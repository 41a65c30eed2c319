//! Receipts: what publishing hands to the record, one JSON line each.
//!
//! They are written and flushed as things happen, so a run that dies has told what it did.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AccountId, Attempt, Failure, LayerName, NormalizedName, Papers, Partition, RegionCode, Requirements, Runtime, Sha256};

/// One line of a file of receipts: what became of a package, of an archive, or of an archive in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "receipt", rename_all = "lowercase")]
pub enum Receipt {
    /// A package was tried.
    Attempt(Attempt),
    /// The lines that follow about this layer and hash are of this archive.
    Archive(Box<ArchiveRecord>),
    /// A layer version exists and is public; its permission was read back.
    Published {
        /// The layer that it is a version of.
        layer: LayerName,
        /// The SHA-256 of its archive, of which an earlier line tells.
        zip_sha256: Sha256,
        /// The region that it is in.
        region: RegionCode,
        /// The number that the account gave it.
        version: u64,
        /// When it was published, or found.
        at: Timestamp,
    },
    /// A layer version exists but is not public yet. The next run finishes it.
    Orphaned {
        /// The layer that it is a version of.
        layer: LayerName,
        /// The SHA-256 of its archive.
        zip_sha256: Sha256,
        /// The region that it is in.
        region: RegionCode,
        /// The number that the account gave it.
        version: u64,
        /// Why it was not finished.
        failure: Failure,
    },
    /// Nothing was published to this region.
    Failed {
        /// The layer that lacks a version.
        layer: LayerName,
        /// The SHA-256 of the archive that did not get there.
        zip_sha256: Sha256,
        /// The region that lacks it.
        region: RegionCode,
        /// Why it was not published.
        failure: Failure,
    },
}

/// What the record keeps of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveRecord {
    /// Whose layer it becomes.
    pub account: AccountId,
    /// The partition of the account's regions.
    pub partition: Partition,
    /// The runtime that the layer is for.
    pub runtime: Runtime,
    /// The package, or the bundle, that the layer is called after.
    pub package: NormalizedName,
    /// The package as its row spells it, with its extras.
    pub spelled: String,
    /// The package's version; of a bundle, a day such as `2026.11.1`.
    pub version: String,
    /// The layer's name.
    pub layer: LayerName,
    /// The distributions that are in it, with their versions.
    pub requirements: Requirements,
    /// The SHA-256 of the archive.
    pub zip_sha256: Sha256,
    /// The archive's size in bytes.
    pub zip_bytes: u64,
    /// Its size when unpacked, in bytes: what counts against Lambda's limit.
    pub unzipped_bytes: u64,
    /// The package's licence: an SPDX expression where there is one, else names; may be empty.
    pub license: String,
    /// The lock that it was built from (PEP 751), as text.
    pub lock: String,
    /// What is written beside it. Receipts of before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers: Option<Papers>,
}
