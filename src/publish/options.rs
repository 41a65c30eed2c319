//! How to publish, and what is known from before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

use super::{Memory, Patience, Publishable, StagingPattern};
use crate::domain::{LayerName, Receipt, RegionCode, Sha256, Sharing};

/// Everything that publishing needs to be told.
#[derive(Clone)]
pub struct Options<'a> {
    /// The time that receipts carry.
    pub now: Timestamp,
    /// Whether to publish what is there already.
    pub effort: Effort,
    /// The buckets for large archives, if there are any.
    pub staging: Option<&'a StagingPattern>,
    /// With whom to share.
    pub sharing: &'a Sharing,
    /// How much of all archives may be in memory at once.
    pub memory: Memory,
    /// How often to try what may go well the next time.
    pub patience: Patience,
    /// How many layers are worked on at once; at least one.
    pub layers_at_once: usize,
    /// In how many regions at once each of them is; at least one.
    pub regions_at_once: usize,
    /// What the record says of a layer version, by its layer, region and number.
    pub standing: &'a (dyn Fn(&LayerName, &RegionCode, u64) -> Standing + Sync),
    /// The receipts of an earlier run that was killed before they were recorded.
    pub done: &'a [Receipt],
}

/// Whether to publish what is there already.
///
/// Under either, a version that matches and that the record does not know is adopted: it is what a
/// killed run left. So a forced run that is killed and started again ends as if it had run once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A version that matches and is the latest of the record is taken as published.
    Needed,
    /// A version that the record knows is never taken; a new one is published.
    Forced,
}

/// What the record says of a layer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has never heard of it.
    Unrecorded,
    /// It is the latest of its region.
    Latest,
    /// It is deprecated, expired, yanked or deleted, and can never be the latest again: a return to
    /// old requirements needs a new number.
    Past,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("now", &self.now).field("effort", &self.effort).field("staging", &self.staging).finish_non_exhaustive()
    }
}

/// What earlier receipts tell, for looking up.
#[derive(Debug, Default)]
pub(super) struct Done {
    versions: BTreeMap<(LayerName, Sha256, RegionCode), u64>,
    pub(super) archives: BTreeSet<(LayerName, Sha256)>,
}

impl Done {
    pub(super) fn of(receipts: &[Receipt]) -> Self {
        let mut done = Self::default();
        for receipt in receipts {
            match receipt {
                Receipt::Published { layer, zip_sha256, region, version, .. } => {
                    done.versions.insert((layer.clone(), *zip_sha256, region.clone()), *version);
                }
                Receipt::Archive(archive) => {
                    done.archives.insert((archive.layer.clone(), archive.zip_sha256));
                }
                // An orphan is found again by its description.
                Receipt::Attempt(_) | Receipt::Orphaned { .. } | Receipt::Failed { .. } => {}
            }
        }
        done
    }

    /// The version that an archive already got in a region. Only with the line about the archive
    /// itself can the record use it.
    pub(super) fn version(&self, archive: &Publishable, region: &RegionCode) -> Option<u64> {
        let (layer, zip_sha256) = archive.key();
        let known = self.archives.contains(&(layer.clone(), zip_sha256));
        self.versions.get(&(layer, zip_sha256, region.clone())).filter(|_| known).copied()
    }
}
