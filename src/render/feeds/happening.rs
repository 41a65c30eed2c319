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
    order.sort_by_key(|&number| (at(&events[number]), number));
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

fn at(event: &Event) -> Timestamp {
    match event {
        Event::Published(published) | Event::Adopted(published) => published.at,
        Event::Yanked(yanked) => yanked.at,
        Event::Unyanked(unyanked) => unyanked.at,
        Event::Deleted(affected) | Event::Lost(affected) | Event::Found(affected) => affected.at,
    }
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
        self.happenings.push(Happening { kind, at: published.at, runtime: self.runtime, build, published, previous, regions, reason: "", until });
    }

    /// Every build with these requirements is withdrawn, or no longer so.
    fn marked(&mut self, kind: Kind, at: Timestamp, requirements_sha256: Sha256, reason: &'a str, until: &'a [Event]) {
        for (build, seen) in self.builds.iter_mut().enumerate().filter(|(_, seen)| seen.published.requirements_sha256 == requirements_sha256) {
            seen.is_yanked = kind == Kind::Yanked;
            let regions = BTreeSet::new();
            self.happenings.push(Happening { kind, at, runtime: self.runtime, build, published: seen.published, previous: None, regions, reason, until });
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
            let published = self.builds[build].published;
            self.happenings.push(Happening { kind, at: affected.at, runtime: self.runtime, build, published, previous: None, regions, reason: "", until });
        }
    }
}
