//! What each layer version of a package is now, and what is asked of that.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::Published;
use crate::domain::{LayerArn, LayerName, RecordedVersion, RegionCode, Sha256};

/// Everything ever published of one package on one runtime.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The builds, oldest first. Regions that were filled later are joined to their build.
    pub builds: Vec<Build>,
    /// The layer versions of each region, oldest first.
    pub regions: BTreeMap<RegionCode, Vec<LayerVersion>>,
}

/// One build: what was published of one archive, in all regions that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// As it was recorded, with the regions of every line about it.
    pub published: Published,
    /// When it was withdrawn, if it was and that was not undone.
    pub yanked: Option<Timestamp>,
}

/// One layer version: one ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerVersion {
    /// The number that the account gave it: the last part of its ARN.
    pub number: u64,
    /// Which of the [`History::builds`] it is of, counted from 0.
    pub build: usize,
    /// When it was published.
    pub published_at: Timestamp,
    /// What it is now.
    pub state: VersionState,
}

/// What a layer version is. Each state has just the facts of that state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// The newest that is alive.
    Latest,
    /// A newer one exists.
    Deprecated {
        /// When the version after it was published.
        since: Timestamp,
        /// The retention after that. From the day of this moment on (in universal time) it is no longer listed.
        expires: Timestamp,
    },
    /// Withdrawn by the operator.
    Yanked {
        /// When it was withdrawn.
        at: Timestamp,
    },
    /// Missing from the account, which an audit saw.
    Lost {
        /// When the audit saw it.
        at: Timestamp,
    },
    /// Deleted from the account by us.
    Deleted {
        /// When it was deleted.
        at: Timestamp,
    },
}

impl VersionState {
    /// Whether the version stands in listings on the day `today`, in universal time.
    pub fn is_listed(self, today: Date) -> bool {
        match self {
            Self::Latest => true,
            Self::Deprecated { expires, .. } => expires.to_zoned(TimeZone::UTC).date() > today,
            Self::Yanked { .. } | Self::Lost { .. } | Self::Deleted { .. } => false,
        }
    }
}

impl History {
    /// The newest living version of a region.
    pub fn latest(&self, region: &RegionCode) -> Option<&LayerVersion> {
        self.regions.get(region)?.iter().rev().find(|version| version.state == VersionState::Latest)
    }

    /// The versions of a region that are listed on the day `today`, oldest first.
    pub fn listed(&self, region: &RegionCode, today: Date) -> impl Iterator<Item = &LayerVersion> {
        self.regions.get(region).into_iter().flatten().filter(move |version| version.state.is_listed(today))
    }

    /// Whether the latest version of a region holds exactly these requirements.
    pub fn is_current(&self, region: &RegionCode, requirements_sha256: Sha256) -> bool {
        self.latest(region).is_some_and(|version| self.builds[version.build].published.requirements_sha256 == requirements_sha256)
    }

    /// Whether a region should get these requirements: they are not its latest. What vanished from the account is
    /// for the operator to look into first, so where just these are [lost](Self::lost), nothing is lacking.
    pub fn lacks(&self, region: &RegionCode, requirements_sha256: Sha256) -> bool {
        let is_wanted = |version: &LayerVersion| self.builds[version.build].published.requirements_sha256 == requirements_sha256;
        !self.is_current(region, requirements_sha256) && !self.lost(region).is_some_and(is_wanted)
    }

    /// The build of the newest version that is latest in its region: what the package is now.
    pub fn current_build(&self) -> Option<&Build> {
        self.current_index().map(|build| &self.builds[build])
    }

    /// Which of the [`History::builds`] the [`current_build`](Self::current_build) is, counted from 0.
    pub fn current_index(&self) -> Option<usize> {
        let latest = self.regions.keys().filter_map(|region| self.latest(region));
        // What was adopted after the fact is recorded later than newer builds, and a region that is filled later may have joined an older one.
        latest.max_by_key(|version| (version.published_at, version.build)).map(|version| version.build)
    }

    /// The version of that number, whatever became of it.
    pub fn version(&self, layer: &LayerName, region: &RegionCode, number: u64) -> Option<&LayerVersion> {
        let is_it = |version: &&LayerVersion| version.number == number && self.builds[version.build].published.layer == *layer;
        self.regions.get(region)?.iter().find(is_it)
    }

    /// The newest version of a region, if it is lost and no newer one has taken its place.
    pub fn lost(&self, region: &RegionCode) -> Option<&LayerVersion> {
        let newest_first = self.regions.get(region)?.iter().rev();
        newest_first.take_while(|version| version.state != VersionState::Latest).find(|version| matches!(version.state, VersionState::Lost { .. }))
    }

    /// What the record says of a version in `region`, for whoever looks into the account.
    pub fn recorded(&self, region: &RegionCode, version: &LayerVersion) -> RecordedVersion {
        RecordedVersion { arn: self.arn(region, version), zip_sha256: self.builds[version.build].published.zip_sha256 }
    }

    /// The ARN of a version in `region`.
    pub fn arn(&self, region: &RegionCode, version: &LayerVersion) -> LayerArn {
        self.builds[version.build].published.arn(region, version.number)
    }
}
