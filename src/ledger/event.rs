//! The lines of `events.jsonl`. Versioned by their fields: unknown ones are refused.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{AccountId, LayerArn, LayerName, LayerNumbers, Papers, Partition, RegionCode, Requirements, Sha256};

/// One line of `events.jsonl`: something that happened to a build, or to layer versions of one layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    /// A build was published, to these regions.
    Published(Published),
    /// The same, found in the account and recorded after the fact.
    Adopted(Published),
    /// A build was withdrawn by the operator, in every region.
    Yanked(Yanked),
    /// That was undone: the build is as if it had never been withdrawn.
    Unyanked(Unyanked),
    /// Layer versions were deleted from the account, by us.
    Deleted(Affected),
    /// Layer versions are no longer in the account, and nobody knows why.
    Lost(Affected),
    /// Layer versions that were lost are there after all.
    Found(Affected),
}

/// A build and the number that it got in each region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// When the last of its regions was done, or, of what was adopted, when it was made.
    pub at: Timestamp,
    /// The account that it is in.
    pub account: AccountId,
    /// The partition of the account's regions.
    pub partition: Partition,
    /// The layer that it made versions of.
    pub layer: LayerName,
    /// The package as its row spells it, with its extras.
    pub package: String,
    /// The package's version; of a bundle, a day such as `2026.11.1`.
    pub version: String,
    /// The distributions that are in it, with their versions.
    pub requirements: Requirements,
    /// The identity of what is in it.
    pub requirements_sha256: Sha256,
    /// The SHA-256 of the archive.
    pub zip_sha256: Sha256,
    /// The archive's size in bytes.
    pub zip_bytes: u64,
    /// Its size when unpacked, in bytes.
    pub unzipped_bytes: u64,
    /// The package's licence: an SPDX expression where there is one, else names; may be empty.
    pub license: String,
    /// What is written beside the archive; nothing for what was adopted, and on lines of before papers were recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub papers: Option<Papers>,
    /// The layer version's number in each region.
    pub regions: LayerNumbers,
}

impl Published {
    /// The same facts, of no region.
    pub fn without_regions(&self) -> Self {
        Self {
            at: self.at,
            account: self.account.clone(),
            partition: self.partition,
            layer: self.layer.clone(),
            package: self.package.clone(),
            version: self.version.clone(),
            requirements: self.requirements.clone(),
            requirements_sha256: self.requirements_sha256,
            zip_sha256: self.zip_sha256,
            zip_bytes: self.zip_bytes,
            unzipped_bytes: self.unzipped_bytes,
            license: self.license.clone(),
            papers: self.papers.clone(),
            regions: LayerNumbers::new(),
        }
    }

    /// The address of its layer version with this number in `region`.
    pub fn arn(&self, region: &RegionCode, version: u64) -> LayerArn {
        let Self { partition, account, layer, .. } = self;
        LayerArn { partition: *partition, region: region.clone(), account: account.clone(), layer: layer.clone(), version }
    }

    /// Whether it tells of that layer version.
    pub fn has(&self, layer: &LayerName, region: &RegionCode, version: u64) -> bool {
        self.layer == *layer && self.regions.get(region) == Some(&version)
    }
}

/// A build that should no longer be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Yanked {
    /// When it was withdrawn.
    pub at: Timestamp,
    /// The layer that it made versions of.
    pub layer: LayerName,
    /// The identity of what is in it.
    pub requirements_sha256: Sha256,
    /// Why, in the operator's words.
    pub reason: String,
}

/// A build that may be used again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unyanked {
    /// When that was undone.
    pub at: Timestamp,
    /// The layer that it made versions of.
    pub layer: LayerName,
    /// The identity of what is in it.
    pub requirements_sha256: Sha256,
}

/// Layer versions to which one thing happened: the name of the event says what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affected {
    /// When it happened, or was seen.
    pub at: Timestamp,
    /// The layer that they are versions of.
    pub layer: LayerName,
    /// Their numbers, one in each region.
    pub regions: LayerNumbers,
}

impl Affected {
    /// The layer versions `arns`, which something happened to `at` one time: as few events as can tell of them, since
    /// each has one number per region.
    pub fn all<'a>(at: Timestamp, arns: impl IntoIterator<Item = &'a LayerArn>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for arn in arns {
            let free = all.iter_mut().find(|affected| affected.layer == arn.layer && !affected.regions.contains_key(&arn.region));
            match free {
                Some(affected) => {
                    affected.regions.insert(arn.region.clone(), arn.version);
                }
                None => all.push(Self { at, layer: arn.layer.clone(), regions: [(arn.region.clone(), arn.version)].into() }),
            }
        }
        all
    }
}

impl Event {
    /// The line in canonical form: sorted keys, no spaces, a newline at its end.
    ///
    /// # Panics
    /// Never: an event is plain data.
    pub fn canonical(&self) -> String {
        // A `Value` keeps its keys sorted; the struct would keep the order of its fields.
        let value = serde_json::to_value(self).expect("events are plain data");
        format!("{value}\n")
    }

    /// What was published, where it tells of that.
    pub fn publication(&self) -> Option<&Published> {
        match self {
            Self::Published(published) | Self::Adopted(published) => Some(published),
            Self::Yanked(_) | Self::Unyanked(_) | Self::Deleted(_) | Self::Lost(_) | Self::Found(_) => None,
        }
    }

    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Published(published) | Self::Adopted(published) => published.at,
            Self::Yanked(yanked) => yanked.at,
            Self::Unyanked(unyanked) => unyanked.at,
            Self::Deleted(affected) | Self::Lost(affected) | Self::Found(affected) => affected.at,
        }
    }

    /// The layer that it is about.
    pub fn layer(&self) -> &LayerName {
        match self {
            Self::Published(published) | Self::Adopted(published) => &published.layer,
            Self::Yanked(yanked) => &yanked.layer,
            Self::Unyanked(unyanked) => &unyanked.layer,
            Self::Deleted(affected) | Self::Lost(affected) | Self::Found(affected) => &affected.layer,
        }
    }
}
