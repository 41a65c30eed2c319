//! One package on one runtime, as pages and API look at it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::config::Row;
use crate::domain::{LayerArn, LayerNumbers, NormalizedName, PackageName, PackageRequest, RegionCode};
use crate::ledger::{Event, History, Published, StatusEntry, VersionState};

/// A package on one runtime. What is no longer listed is not kept here: [`PackageView::history`] has it.
#[derive(Debug)]
pub struct PackageView<'a> {
    /// What it is compared by.
    pub normalized: NormalizedName,
    /// As it is spelled, without extras.
    pub name: PackageName,
    /// Every spelling that the API answers to: as people ever spelled it, in lower case, normalised.
    pub aliases: BTreeSet<String>,
    /// What is wrong with it, if anything.
    pub status: Option<&'a StatusEntry>,
    /// The row that asks for it, if one does.
    pub row: Option<&'a Row>,
    /// Everything that was ever recorded of it, oldest first.
    pub events: &'a [Event],
    /// The builds that are listed somewhere, oldest first, without their regions.
    pub builds: Vec<Published>,
    /// By region, newest last.
    listed: BTreeMap<RegionCode, Vec<ListedVersion>>,
    current: Option<usize>,
    retention_days: u32,
}

/// A layer version that is listed, in short: there are millions.
#[derive(Debug, Clone, Copy)]
struct ListedVersion {
    number: u64,
    build: u32,
    standing: Standing,
}

/// A layer version that is listed.
#[derive(Debug, Clone)]
pub struct Listed<'a> {
    /// The address of the layer version.
    pub arn: LayerArn,
    /// The build that it is of.
    pub published: &'a Published,
    /// Whether it is the latest, or when it expires.
    pub standing: Standing,
}

/// What a listed layer version is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The newest of its region.
    Latest,
    /// A newer one exists.
    Deprecated {
        /// From when on it is no longer listed.
        expires: Timestamp,
    },
}

/// What a region lacks of a package that others have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lag {
    /// It has no latest layer.
    Missing,
    /// Its latest layer is of another build than the current one.
    Older,
}

impl<'a> PackageView<'a> {
    pub(super) fn new(
        normalized: NormalizedName,
        row: Option<&'a Row>,
        events: &'a [Event],
        status: Option<&'a StatusEntry>,
        retention_days: u32,
        today: Date,
    ) -> Self {
        let history = History::fold(events, retention_days);
        let (name, aliases) = spellings(&normalized, row.map(|row| row.request.name()), &history);
        let mut view = Self { normalized, name, aliases, status, row, events, builds: Vec::new(), listed: BTreeMap::new(), current: None, retention_days };
        view.list(history, today);
        view
    }

    /// Takes what is listed out of `history`.
    fn list(&mut self, history: History, today: Date) {
        let listed = history.regions.keys().flat_map(|region| history.listed(region, today)).map(|version| version.build);
        let kept: BTreeMap<usize, u32> = listed.collect::<BTreeSet<_>>().into_iter().zip(0..).collect();
        for region in history.regions.keys() {
            let versions = history.listed(region, today).filter_map(|version| {
                let standing = match version.state {
                    VersionState::Latest => Standing::Latest,
                    VersionState::Deprecated { expires, .. } => Standing::Deprecated { expires },
                    VersionState::Yanked { .. } | VersionState::Lost { .. } | VersionState::Deleted { .. } => return None,
                };
                Some(ListedVersion { number: version.number, build: kept[&version.build], standing })
            });
            let versions: Vec<ListedVersion> = versions.collect();
            if !versions.is_empty() {
                self.listed.insert(region.clone(), versions);
            }
        }
        self.current = history.current_index().and_then(|build| kept.get(&build)).map(|&build| build as usize);
        let builds = history.builds.into_iter().enumerate().filter(|(build, _)| kept.contains_key(build));
        self.builds = builds.map(|(_, build)| Published { regions: LayerNumbers::new(), ..build.published }).collect();
    }

    /// Its listed layer versions in a region, by number, newest last.
    pub fn listed(&self, region: &RegionCode) -> impl Iterator<Item = Listed<'_>> {
        let versions = self.listed.get_key_value(region);
        versions.into_iter().flat_map(move |(region, versions)| versions.iter().map(move |version| self.as_listed(region, version)))
    }

    /// Its latest layer version in a region.
    pub fn latest(&self, region: &RegionCode) -> Option<Listed<'_>> {
        let versions = self.listed.get(region)?;
        versions.iter().rev().find(|version| version.standing == Standing::Latest).map(|version| self.as_listed(region, version))
    }

    /// Every listed layer version in short: its region, which of the [`builds`](Self::builds), its number, and what it is.
    pub fn versions(&self) -> impl Iterator<Item = (&RegionCode, usize, u64, Standing)> {
        let of_region = |(region, versions): (_, &'_ Vec<ListedVersion>)| -> Vec<_> {
            versions.iter().map(|version| (region, version.build as usize, version.number, version.standing)).collect()
        };
        self.listed.iter().flat_map(of_region)
    }

    /// Those of one region, newest last.
    pub fn versions_in(&self, region: &RegionCode) -> impl Iterator<Item = (usize, u64, Standing)> {
        self.listed.get(region).into_iter().flatten().map(|version| (version.build as usize, version.number, version.standing))
    }

    /// The regions where anything of it is listed.
    pub fn regions(&self) -> impl Iterator<Item = &RegionCode> {
        self.listed.keys()
    }

    /// Whether anything of it is listed in a region.
    pub fn is_listed_in(&self, region: &RegionCode) -> bool {
        self.listed.contains_key(region)
    }

    /// What the package is now.
    pub fn current(&self) -> Option<&Published> {
        Some(&self.builds[self.current?])
    }

    /// What a region lacks of it: whether it has no latest layer there, or one of another build than is current elsewhere.
    pub fn lag(&self, region: &RegionCode) -> Option<Lag> {
        let current = self.current?;
        let latest = self.versions_in(region).filter(|(_, _, standing)| *standing == Standing::Latest).last();
        match latest {
            None => Some(Lag::Missing),
            Some((build, _, _)) => (build != current).then_some(Lag::Older),
        }
    }

    /// Whether it ever had a layer.
    pub fn was_built(&self) -> bool {
        self.published().next().is_some()
    }

    /// Every line that tells of a publication, oldest first.
    pub fn published(&self) -> impl Iterator<Item = &'a Published> {
        self.events.iter().filter_map(Event::publication)
    }

    /// Everything that was ever published of it. Folded anew each time: all of them together are too large to keep.
    pub fn history(&self) -> History {
        History::fold(self.events, self.retention_days)
    }

    fn as_listed(&self, region: &RegionCode, version: &ListedVersion) -> Listed<'_> {
        let published = &self.builds[version.build as usize];
        Listed { arn: published.arn(region, version.number), published, standing: version.standing }
    }
}

/// The name that a package has for people, and all that it is asked by.
fn spellings(normalized: &NormalizedName, wanted: Option<&PackageName>, history: &History) -> (PackageName, BTreeSet<String>) {
    // The ledger's text is not trusted: a spelling that is not one of this package is passed over.
    let spelled = history.builds.iter().rev().filter_map(|build| build.published.package.parse::<PackageRequest>().ok());
    let spellings: Vec<PackageName> = spelled.map(|request| request.name).chain(wanted.cloned()).filter(|name| name.normalized() == *normalized).collect();
    let plain = || normalized.as_str().parse().expect("a normalised name is a name");
    let name = spellings.first().cloned().unwrap_or_else(plain);
    let mut aliases = BTreeSet::from([normalized.to_string()]);
    for spelling in &spellings {
        aliases.extend([spelling.to_string(), spelling.as_str().to_ascii_lowercase()]);
    }
    (name, aliases)
}

impl Standing {
    /// As the API and the tables say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Latest => "latest",
            Self::Deprecated { .. } => "deprecated",
        }
    }

    /// When it ends, in universal time; nothing for the latest.
    pub fn expires(self) -> Option<DateTime> {
        match self {
            Self::Latest => None,
            Self::Deprecated { expires } => Some(expires.to_zoned(TimeZone::UTC).datetime()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_answers_to_every_spelling_that_is_its_own() {
        for (normal, wanted, name, aliases) in [
            ("pillow", Some("Pillow"), "Pillow", &["Pillow", "pillow"][..]),
            ("zope-interface", Some("Zope.Interface"), "Zope.Interface", &["Zope.Interface", "zope-interface", "zope.interface"]),
            ("x", None, "x", &["x"]),
            ("x", Some("y"), "x", &["x"]),
        ] {
            let wanted: Option<PackageName> = wanted.map(|name| name.parse().expect("valid"));
            let (found, known) = spellings(&normal.parse().expect("valid"), wanted.as_ref(), &History::default());
            assert_eq!(found.as_str(), name);
            assert_eq!(known.iter().map(String::as_str).collect::<Vec<_>>(), aliases);
        }
    }
}
