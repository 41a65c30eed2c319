//! From lines to state: what each layer version of a package is now.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{Event, Published};
use crate::domain::{LayerArn, RegionCode, Sha256};

/// Everything ever published of one package on one runtime.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The builds, oldest first. Regions that were filled later are joined to their build.
    pub builds: Vec<Build>,
    /// The layer versions of each region, by number.
    pub regions: BTreeMap<RegionCode, Vec<LayerVersion>>,
}

/// One build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// As it was recorded, with the regions of every line about it.
    pub published: Published,
    /// When it was withdrawn, if it was.
    pub yanked: Option<Timestamp>,
}

/// One layer version: one ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerVersion {
    /// Its number.
    pub number: u64,
    /// Which of the [`History::builds`] it is.
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
        /// Since when.
        since: Timestamp,
        /// From when on it is no longer listed.
        expires: Timestamp,
    },
    /// Withdrawn by the operator.
    Yanked {
        /// When.
        at: Timestamp,
    },
    /// No longer in the account.
    Deleted {
        /// When.
        at: Timestamp,
    },
}

impl VersionState {
    /// Whether the version stands in listings on the day `today`.
    pub fn is_listed(self, today: Date) -> bool {
        match self {
            Self::Latest => true,
            Self::Deprecated { expires, .. } => expires.to_zoned(TimeZone::UTC).date() > today,
            Self::Yanked { .. } | Self::Deleted { .. } => false,
        }
    }
}

impl History {
    /// Folds the lines of one package, which keep each version for `retention_days` after a newer one.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>, retention_days: u32) -> Self {
        let mut history = Self::default();
        let mut deleted: BTreeMap<(RegionCode, u64), Timestamp> = BTreeMap::new();
        for event in events {
            match event {
                Event::Published(published) | Event::Adopted(published) => history.add(published),
                Event::Yanked(yanked) => {
                    let of_hash = history.builds.iter_mut().filter(|build| build.published.requirements_sha256 == yanked.requirements_sha256);
                    of_hash.for_each(|build| build.yanked = Some(yanked.at));
                }
                Event::Deleted(event) => deleted.extend(event.regions.iter().map(|(region, &number)| ((region.clone(), number), event.at))),
            }
        }
        let retention = SignedDuration::from_hours(24 * i64::from(retention_days));
        for (region, versions) in &mut history.regions {
            versions.sort_by_key(|version| version.number);
            for version in versions.iter_mut() {
                if let Some(&at) = deleted.get(&(region.clone(), version.number)) {
                    version.state = VersionState::Deleted { at };
                } else if let Some(at) = history.builds[version.build].yanked {
                    version.state = VersionState::Yanked { at };
                }
            }
            deprecate(versions, retention);
        }
        history
    }

    /// The newest living version of a region.
    pub fn latest(&self, region: &RegionCode) -> Option<&LayerVersion> {
        self.regions.get(region)?.iter().rev().find(|version| version.state == VersionState::Latest)
    }

    /// The versions of a region that are listed on the day `today`, by number, newest last.
    pub fn listed(&self, region: &RegionCode, today: Date) -> impl Iterator<Item = &LayerVersion> {
        self.regions.get(region).into_iter().flatten().filter(move |version| version.state.is_listed(today))
    }

    /// Whether the latest version of a region holds exactly these requirements.
    pub fn is_current(&self, region: &RegionCode, requirements_sha256: Sha256) -> bool {
        self.latest(region).is_some_and(|version| self.builds[version.build].published.requirements_sha256 == requirements_sha256)
    }

    /// The newest build that is latest in some region: what the package is now.
    pub fn current_build(&self) -> Option<&Build> {
        let latest = self.regions.keys().filter_map(|region| self.latest(region)).map(|version| version.build);
        latest.max().map(|build| &self.builds[build])
    }

    /// The ARN of a version in `region`.
    pub fn arn(&self, region: &RegionCode, version: &LayerVersion) -> LayerArn {
        let published = &self.builds[version.build].published;
        LayerArn {
            partition: published.partition,
            region: region.clone(),
            account: published.account.clone(),
            layer: published.layer.clone(),
            version: version.number,
        }
    }

    fn add(&mut self, published: &Published) {
        let same = self.builds.iter().position(|build| {
            (build.published.requirements_sha256, build.published.zip_sha256) == (published.requirements_sha256, published.zip_sha256)
                && build.yanked.is_none()
                && published.regions.keys().all(|region| !build.published.regions.contains_key(region))
        });
        let build = same.unwrap_or_else(|| {
            self.builds.push(Build { published: Published { regions: BTreeMap::new(), ..published.clone() }, yanked: None });
            self.builds.len() - 1
        });
        for (region, &number) in &published.regions {
            self.builds[build].published.regions.insert(region.clone(), number);
            let version = LayerVersion { number, build, published_at: published.at, state: VersionState::Latest };
            self.regions.entry(region.clone()).or_default().push(version);
        }
    }
}

/// Deprecates every living version below the newest living one. It is deprecated since the version
/// after it was published, even if that one is deleted by now; a yanked one never replaced anything.
fn deprecate(versions: &mut [LayerVersion], retention: SignedDuration) {
    let mut since = None;
    for version in versions.iter_mut().rev() {
        match (version.state, since) {
            (VersionState::Latest, None) => since = Some(version.published_at),
            (VersionState::Latest, Some(newer)) => {
                version.state = VersionState::Deprecated { since: newer, expires: newer.checked_add(retention).unwrap_or(Timestamp::MAX) };
                since = Some(version.published_at);
            }
            (VersionState::Deleted { .. }, Some(_)) => since = Some(version.published_at),
            (VersionState::Deleted { .. }, None) | (VersionState::Yanked { .. }, _) => {}
            (VersionState::Deprecated { .. }, _) => unreachable!("only this function deprecates"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Requirements;
    use crate::ledger::{Deleted, Yanked};

    fn at(day: &str) -> Timestamp {
        format!("{day}T00:00:00Z").parse().expect("a date")
    }

    fn published(day: &str, version: &str, regions: &[(&str, u64)]) -> Event {
        let requirements = Requirements::try_from(vec![format!("x=={version}")]).expect("valid");
        Event::Published(Published {
            at: at(day),
            account: "123456789012".parse().expect("valid"),
            partition: crate::domain::Partition::Aws,
            layer: "K-p313-x".parse().expect("valid"),
            package: "x".to_owned(),
            version: version.to_owned(),
            requirements_sha256: requirements.sha256(),
            requirements,
            zip_sha256: Sha256::of(version.as_bytes()),
            zip_bytes: 1,
            unzipped_bytes: 1,
            license: String::new(),
            regions: regions.iter().map(|(region, number)| (region.parse().expect("valid"), *number)).collect(),
        })
    }

    fn states(events: &[Event], region: &str, today: &str) -> Vec<(u64, &'static str, bool)> {
        let history = History::fold(events, 365);
        let Some(versions) = history.regions.get(&region.parse().expect("valid")) else { return Vec::new() };
        versions
            .iter()
            .map(|version| {
                let name = match version.state {
                    VersionState::Latest => "latest",
                    VersionState::Deprecated { .. } => "deprecated",
                    VersionState::Yanked { .. } => "yanked",
                    VersionState::Deleted { .. } => "deleted",
                };
                (version.number, name, version.state.is_listed(today.parse().expect("a date")))
            })
            .collect()
    }

    fn yanked(version: &str) -> Event {
        let Event::Published(published) = published("2026-01-01", version, &[]) else { unreachable!() };
        Event::Yanked(Yanked { at: at("2026-09-01"), layer: published.layer, requirements_sha256: published.requirements_sha256, reason: "broken".to_owned() })
    }

    fn deleted(number: u64) -> Event {
        Event::Deleted(Deleted {
            at: at("2026-10-01"),
            layer: "K-p313-x".parse().expect("valid"),
            regions: [("us-east-1".parse().expect("valid"), number)].into(),
        })
    }

    #[test]
    fn a_newer_version_deprecates_and_a_year_later_the_old_one_is_not_listed() {
        let events = [published("2025-01-01", "1", &[("us-east-1", 9)]), published("2025-06-01", "2", &[("us-east-1", 10)])];
        assert_eq!(states(&events, "us-east-1", "2026-05-31"), [(9, "deprecated", true), (10, "latest", true)]);
        assert_eq!(states(&events, "us-east-1", "2026-06-01"), [(9, "deprecated", false), (10, "latest", true)]);
    }

    #[test]
    fn regions_are_apart_and_a_region_filled_later_joins_its_build() {
        let events = [published("2026-01-01", "1", &[("us-east-1", 1)]), published("2026-02-01", "1", &[("eu-west-1", 7)])];
        let history = History::fold(&events, 365);
        assert_eq!(history.builds.len(), 1);
        assert_eq!(states(&events, "eu-west-1", "2026-03-01"), [(7, "latest", true)]);
        assert_eq!(states(&events, "us-east-1", "2026-03-01"), [(1, "latest", true)]);
    }

    #[test]
    fn latest_falls_back_when_the_newest_is_yanked_or_lost() {
        let mut events = vec![published("2026-01-01", "1", &[("us-east-1", 1)]), published("2026-02-01", "2", &[("us-east-1", 2)]), yanked("2")];
        assert_eq!(states(&events, "us-east-1", "2026-09-02"), [(1, "latest", true), (2, "yanked", false)]);
        events.push(published("2026-09-03", "3", &[("us-east-1", 3)]));
        assert_eq!(states(&events, "us-east-1", "2026-09-04"), [(1, "deprecated", true), (2, "yanked", false), (3, "latest", true)]);
        events.push(deleted(3));
        assert_eq!(states(&events, "us-east-1", "2026-10-02"), [(1, "latest", true), (2, "yanked", false), (3, "deleted", false)]);
    }

    #[test]
    fn a_deleted_version_in_the_middle_still_deprecated_the_one_before() {
        let events = [
            published("2024-01-01", "1", &[("us-east-1", 1)]),
            published("2024-02-01", "2", &[("us-east-1", 2)]),
            published("2026-01-01", "3", &[("us-east-1", 3)]),
            deleted(2),
        ];
        assert_eq!(states(&events, "us-east-1", "2026-02-01"), [(1, "deprecated", false), (2, "deleted", false), (3, "latest", true)]);
    }

    #[test]
    fn lines_have_one_form() {
        let event = published("2026-01-01", "1", &[("us-east-1", 1)]);
        let line = event.canonical();
        assert!(
            line.starts_with(r#"{"account":"123456789012","at":"2026-01-01T00:00:00Z","event":"published","layer":"K-p313-x","license":"","package":"x","#),
            "{line}"
        );
        assert!(line.ends_with("}\n"));
        let parsed: Event = serde_json::from_str(&line).expect("parses");
        assert_eq!((&parsed, parsed.canonical()), (&event, line));
    }
}
