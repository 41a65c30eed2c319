//! The record of a package on one runtime as things that happened to its builds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::moment::Kind;
use crate::domain::{LayerName, RegionCode, Runtime, Sha256};
use crate::ledger::{Affected, Event, Published};

/// One thing that happened to one build on one runtime.
#[derive(Debug, Clone)]
pub struct Happening<'a> {
    /// What.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// On which runtime.
    pub runtime: Runtime,
    /// Which of the runtime's builds, by number.
    pub build: usize,
    /// The build.
    pub published: &'a Published,
    /// The build that it came after, where that is of interest.
    pub previous: Option<&'a Published>,
    /// Whether a newer build of the same version was there already.
    pub is_outdone: bool,
    /// In which regions; none where it is all that have it.
    pub regions: BTreeSet<&'a RegionCode>,
    /// Why; may be empty.
    pub reason: &'a str,
    /// What was recorded until then.
    pub until: &'a [Event],
}

/// What is known of a build while its record is read.
struct Seen<'a> {
    published: &'a Published,
    day: Date,
    regions: BTreeSet<&'a RegionCode>,
    is_yanked: bool,
}

/// A record that is being read, by time.
struct Reader<'a> {
    runtime: Runtime,
    builds: Vec<Seen<'a>>,
    /// The newest build of each identity.
    by_identity: BTreeMap<(&'a LayerName, Sha256, Sha256), usize>,
    /// Each line that tells of a publication, and its build.
    lines: Vec<(&'a Published, usize)>,
    happenings: Vec<Happening<'a>>,
}

/// What happened, oldest first.
pub fn happenings(runtime: Runtime, events: &[Event]) -> Vec<Happening<'_>> {
    let mut reader = Reader { runtime, builds: Vec::new(), by_identity: BTreeMap::new(), lines: Vec::new(), happenings: Vec::new() };
    // What was adopted after the fact is recorded later than it happened.
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|&number| (events[number].at(), number));
    for number in order {
        let until = &events[..=number];
        match &events[number] {
            Event::Published(published) | Event::Adopted(published) => reader.published(published, until),
            Event::Yanked(yanked) => reader.marked(Kind::Yanked, yanked.at, yanked.requirements_sha256, &yanked.reason, until),
            Event::Unyanked(unyanked) => reader.marked(Kind::Unyanked, unyanked.at, unyanked.requirements_sha256, "", until),
            Event::Deleted(affected) => reader.affected(Kind::Deleted, affected, until),
            Event::Lost(affected) => reader.affected(Kind::Lost, affected, until),
            Event::Found(affected) => reader.affected(Kind::Found, affected, until),
        }
    }
    reader.happenings
}

/// The day of a time, in universal time.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

impl<'a> Reader<'a> {
    /// A build, or a region that got one later.
    fn published(&mut self, published: &'a Published, until: &'a [Event]) {
        let identity = (&published.layer, published.requirements_sha256, published.zip_sha256);
        let regions: BTreeSet<&RegionCode> = published.regions.keys().collect();
        let same = self.by_identity.get(&identity).copied();
        let same = same.filter(|&build| !self.builds[build].is_yanked && self.builds[build].regions.is_disjoint(&regions));
        let other = |seen: &&Seen<'a>| !seen.is_yanked && seen.published.requirements_sha256 != published.requirements_sha256;
        let previous = self.builds.iter().rev().find(other).map(|seen| seen.published);
        let (build, kind) = match same {
            Some(build) => (build, if self.builds[build].day < day(published.at) { Kind::MoreRegions } else { Kind::Published }),
            None => {
                self.builds.push(Seen { published, day: day(published.at), regions: BTreeSet::new(), is_yanked: false });
                self.by_identity.insert(identity, self.builds.len() - 1);
                (self.builds.len() - 1, Kind::Published)
            }
        };
        self.builds[build].regions.extend(&regions);
        self.lines.push((published, build));
        let happening = Happening { kind, at: published.at, runtime: self.runtime, build, published, previous, is_outdone: false, regions, reason: "", until };
        self.happenings.push(happening);
    }

    /// Every build with these requirements is withdrawn, or no longer so.
    fn marked(&mut self, kind: Kind, at: Timestamp, requirements_sha256: Sha256, reason: &'a str, until: &'a [Event]) {
        for build in 0..self.builds.len() {
            if self.builds[build].published.requirements_sha256 == requirements_sha256 {
                self.builds[build].is_yanked = kind == Kind::Yanked;
                self.happened(kind, at, build, BTreeSet::new(), reason, until);
            }
        }
    }

    /// Something happened to single layer versions, mostly to all of one build.
    fn affected(&mut self, kind: Kind, affected: &'a Affected, until: &'a [Event]) {
        let mut builds: BTreeMap<usize, BTreeSet<&'a RegionCode>> = BTreeMap::new();
        let mut last = None;
        for (region, &number) in &affected.regions {
            let is_it = |(line, _): &&(&Published, usize)| line.layer == affected.layer && line.regions.get(region) == Some(&number);
            let found = last.filter(is_it).or_else(|| self.lines.iter().rev().find(is_it));
            if let Some(line) = found {
                last = Some(line);
                builds.entry(line.1).or_default().insert(region);
            }
        }
        for (build, regions) in builds {
            self.happened(kind, affected.at, build, regions, "", until);
        }
    }

    /// Something happened to a build that was there before.
    fn happened(&mut self, kind: Kind, at: Timestamp, build: usize, regions: BTreeSet<&'a RegionCode>, reason: &'a str, until: &'a [Event]) {
        let published = self.builds[build].published;
        let is_outdone = self.builds[build + 1..].iter().any(|newer| newer.published.version == published.version);
        let happening = Happening { kind, at, runtime: self.runtime, build, published, previous: None, is_outdone, regions, reason, until };
        self.happenings.push(happening);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Unyanked, Yanked, example};

    fn published(day: &str, version: &str, regions: &[(&str, u64)]) -> Event {
        Event::Published(example::published(&format!("{day}T08:00:00Z"), &format!("x=={version}"), regions))
    }

    fn affected(day: &str, regions: &[(&str, u64)]) -> Affected {
        let Event::Published(published) = published(day, "1", regions) else { unreachable!() };
        Affected { at: published.at, layer: published.layer, regions: published.regions }
    }

    fn marked(day: &str, version: &str) -> Yanked {
        let Event::Published(published) = published(day, version, &[]) else { unreachable!() };
        Yanked { at: published.at, layer: published.layer, requirements_sha256: published.requirements_sha256, reason: "why".to_owned() }
    }

    /// Kind, version, the version before, the number of regions.
    fn told(events: &[Event]) -> Vec<(Kind, &str, &str, usize)> {
        let happenings = happenings("p3.13".parse().expect("valid"), events);
        let previous = |happening: &Happening<'_>| {
            events
                .iter()
                .filter_map(|event| match event {
                    Event::Published(published) if happening.previous == Some(published) => Some(published.version.as_str()),
                    _ => None,
                })
                .next()
                .unwrap_or("")
        };
        let version = |happening: &Happening<'_>| {
            events
                .iter()
                .find_map(|event| match event {
                    Event::Published(published) if happening.published == published => Some(published.version.as_str()),
                    _ => None,
                })
                .expect("one of them")
        };
        happenings.iter().map(|happening| (happening.kind, version(happening), previous(happening), happening.regions.len())).collect()
    }

    #[test]
    fn a_region_of_a_later_day_is_other_news_than_one_of_the_same_day() {
        let events = [
            published("2026-01-01", "1", &[("us-east-1", 1)]),
            published("2026-01-01", "1", &[("eu-west-1", 1)]),
            published("2026-01-02", "1", &[("eu-west-2", 1), ("eu-west-3", 1)]),
            // Again where it was: another build.
            published("2026-01-03", "1", &[("us-east-1", 2)]),
        ];
        let kinds: Vec<(Kind, usize)> = told(&events).into_iter().map(|(kind, _, _, regions)| (kind, regions)).collect();
        assert_eq!(kinds, [(Kind::Published, 1), (Kind::Published, 1), (Kind::MoreRegions, 2), (Kind::Published, 1)]);
    }

    #[test]
    fn what_a_build_came_after_was_not_withdrawn() {
        let (mut back, yanked) = (marked("2026-01-05", "2"), marked("2026-01-03", "2"));
        back.reason.clear();
        let events = [
            published("2026-01-01", "1", &[("us-east-1", 1)]),
            published("2026-01-02", "2", &[("us-east-1", 2)]),
            Event::Yanked(yanked),
            published("2026-01-04", "3", &[("us-east-1", 3)]),
            Event::Unyanked(Unyanked { at: back.at, layer: back.layer, requirements_sha256: back.requirements_sha256 }),
            // Recorded last and published first, as what is adopted.
            published("2025-12-01", "0", &[("us-east-1", 9)]),
        ];
        let expected = [
            (Kind::Published, "0", "", 1),
            (Kind::Published, "1", "0", 1),
            (Kind::Published, "2", "1", 1),
            (Kind::Yanked, "2", "", 0),
            (Kind::Published, "3", "1", 1),
            (Kind::Unyanked, "2", "", 0),
        ];
        assert_eq!(told(&events), expected);
    }

    #[test]
    fn a_line_about_versions_of_two_builds_is_news_of_both() {
        let events = [
            published("2026-01-01", "1", &[("us-east-1", 1), ("eu-west-1", 1)]),
            published("2026-01-02", "2", &[("us-east-1", 2), ("eu-west-1", 2), ("eu-west-2", 1)]),
            Event::Deleted(affected("2026-02-01", &[("us-east-1", 1), ("eu-west-1", 2), ("eu-west-2", 1)])),
            // Nobody published these.
            Event::Lost(affected("2026-02-02", &[("us-east-1", 7), ("ap-south-1", 1)])),
        ];
        assert_eq!(told(&events)[2..], [(Kind::Deleted, "1", "", 1), (Kind::Deleted, "2", "", 2)]);
    }

    #[test]
    fn an_older_build_of_a_version_is_told_apart() {
        let again = |number| match published("2026-01-02", "1", &[("us-east-1", number)]) {
            Event::Published(again) => Event::Published(Published { zip_sha256: Sha256::of(b"rebuilt"), ..again }),
            _ => unreachable!(),
        };
        let events = [
            published("2026-01-01", "1", &[("us-east-1", 1)]),
            again(2),
            Event::Deleted(affected("2026-02-01", &[("us-east-1", 1)])),
            Event::Deleted(affected("2026-02-01", &[("us-east-1", 2)])),
        ];
        let happenings = happenings("p3.13".parse().expect("valid"), &events);
        assert_eq!(happenings.iter().map(|happening| happening.is_outdone).collect::<Vec<_>>(), [false, false, true, false]);
    }
}
