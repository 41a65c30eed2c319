//! Records of a package that anything may have happened to.

use std::collections::BTreeMap;

use klayers::domain::{LayerNumbers, Partition, RegionCode, Requirements, Sha256};
use klayers::ledger::{Affected, Event, Published, Unyanked, Yanked};
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

pub const LAYER: &str = "K-p313-x";
pub const REGIONS: [&str; 3] = ["ap-south-1", "eu-west-1", "us-east-1"];
/// Builds that differ in what is in them.
const BUILDS: usize = 5;

/// What happens on one day.
#[derive(Debug, Clone)]
pub enum Happening {
    /// A build is published to these regions.
    Published(usize, Vec<&'static str>),
    Yanked(usize),
    Unyanked(usize),
    /// Versions that were published once, whatever became of them.
    Lost(Vec<Index>),
    Found(Vec<Index>),
    Deleted(Vec<Index>),
}

/// A day after the one before, and what happens on it.
pub fn happenings() -> impl Strategy<Value = Vec<(u16, Happening)>> {
    let regions = subsequence(REGIONS.to_vec(), 1..=REGIONS.len());
    let some = || prop::collection::vec(any::<Index>(), 1..4);
    let one = prop_oneof![
        4 => (0..BUILDS, regions).prop_map(|(build, regions)| Happening::Published(build, regions)),
        1 => (0..BUILDS).prop_map(Happening::Yanked),
        1 => (0..BUILDS).prop_map(Happening::Unyanked),
        1 => some().prop_map(Happening::Lost),
        1 => some().prop_map(Happening::Found),
        1 => some().prop_map(Happening::Deleted),
    ];
    prop::collection::vec((1_u16..200, one), 1..14)
}

/// The lines that a service would have written.
#[derive(Debug, Clone, Default)]
pub struct Record {
    pub events: Vec<Event>,
    numbers: BTreeMap<&'static str, u64>,
    published: Vec<(&'static str, u64)>,
}

impl Record {
    /// All of `happenings`.
    pub fn of(happenings: &[(u16, Happening)]) -> Self {
        let mut record = Self::default();
        for (day, (_, happening)) in days(happenings).zip(happenings) {
            record.add(day, happening);
        }
        record
    }

    /// Adds what happens on a day.
    pub fn add(&mut self, day: jiff::civil::Date, happening: &Happening) {
        let at = day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a day").timestamp();
        let layer = || LAYER.parse().expect("a name");
        match happening {
            Happening::Published(build, regions) => {
                let numbers: LayerNumbers = regions.iter().map(|&region| (region.parse().expect("a region"), self.next(region))).collect();
                self.events.push(Event::Published(Published { at, regions: numbers, ..published(*build) }));
            }
            Happening::Yanked(build) => {
                let requirements_sha256 = published(*build).requirements_sha256;
                self.events.push(Event::Yanked(Yanked { at, layer: layer(), requirements_sha256, reason: "broken".to_owned() }));
            }
            Happening::Unyanked(build) => {
                self.events.push(Event::Unyanked(Unyanked { at, layer: layer(), requirements_sha256: published(*build).requirements_sha256 }));
            }
            Happening::Lost(some) => self.affected(some).map(|regions| self.events.push(Event::Lost(Affected { at, layer: layer(), regions }))).unwrap_or(()),
            Happening::Found(some) => self.affected(some).map(|regions| self.events.push(Event::Found(Affected { at, layer: layer(), regions }))).unwrap_or(()),
            Happening::Deleted(some) => {
                self.affected(some).map(|regions| self.events.push(Event::Deleted(Affected { at, layer: layer(), regions }))).unwrap_or(());
            }
        }
    }

    fn next(&mut self, region: &'static str) -> u64 {
        let number = self.numbers.entry(region).or_insert(0);
        *number += 1;
        self.published.push((region, *number));
        *number
    }

    fn affected(&self, some: &[Index]) -> Option<LayerNumbers> {
        let chosen = some.iter().filter(|_| !self.published.is_empty()).map(|index| index.get(&self.published));
        let regions: LayerNumbers = chosen.map(|&(region, number)| (region.parse().expect("a region"), number)).collect();
        (!regions.is_empty()).then_some(regions)
    }
}

/// The days on which they happen.
pub fn days(happenings: &[(u16, Happening)]) -> impl Iterator<Item = jiff::civil::Date> + '_ {
    happenings.iter().scan(jiff::civil::date(2023, 1, 1), |day, (after, _)| {
        *day = day.checked_add(jiff::Span::new().days(i64::from(*after))).expect("a day");
        Some(*day)
    })
}

/// A line as two: of the regions that `mask` has, and of the others. As it is where one would be empty.
pub fn split(event: &Event, mask: u8) -> Vec<Event> {
    let parts = |regions: &LayerNumbers| -> Vec<LayerNumbers> {
        let is_first = |region: &RegionCode| REGIONS.iter().position(|known| *known == region.as_str()).is_some_and(|at| mask & 1 << at != 0);
        let part = |first: bool| regions.iter().filter(|(region, _)| is_first(region) == first).map(|(region, number)| (region.clone(), *number)).collect();
        [part(true), part(false)].into_iter().filter(|part: &LayerNumbers| !part.is_empty()).collect()
    };
    let affected = |affected: &Affected| parts(&affected.regions).into_iter().map(|regions| Affected { regions, ..affected.clone() }).collect::<Vec<_>>();
    match event {
        Event::Published(published) => {
            parts(&published.regions).into_iter().map(|regions| Event::Published(Published { regions, ..published.clone() })).collect()
        }
        Event::Adopted(published) => parts(&published.regions).into_iter().map(|regions| Event::Adopted(Published { regions, ..published.clone() })).collect(),
        Event::Lost(lost) => affected(lost).into_iter().map(Event::Lost).collect(),
        Event::Found(found) => affected(found).into_iter().map(Event::Found).collect(),
        Event::Deleted(deleted) => affected(deleted).into_iter().map(Event::Deleted).collect(),
        Event::Yanked(_) | Event::Unyanked(_) => vec![event.clone()],
    }
}

fn published(build: usize) -> Published {
    let version = format!("1.{build}");
    let requirements = Requirements::try_from(vec![format!("x=={version}")]).expect("a line");
    Published {
        at: jiff::Timestamp::UNIX_EPOCH,
        account: "123456789012".parse().expect("an account"),
        partition: Partition::Aws,
        layer: LAYER.parse().expect("a name"),
        package: "x".to_owned(),
        zip_sha256: Sha256::of(version.as_bytes()),
        version,
        requirements_sha256: requirements.sha256(),
        requirements,
        zip_bytes: 1,
        unzipped_bytes: 1,
        license: String::new(),
        papers: None,
        regions: LayerNumbers::new(),
    }
}
