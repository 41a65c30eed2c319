//! Which layer versions an audit looks at on one day.

use std::num::NonZeroU32;

use jiff::civil::{Date, date};

use super::{Event, Ledger, PackageLedger, VersionState};
use crate::domain::{LayerArn, NormalizedName, RecordedVersion, Runtime, Sha256};

/// How the work is spread over days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// The number of days in which each version that is not the latest has its turn once. The latest have it every day.
    pub days: NonZeroU32,
}

/// A layer version to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// The runtime that it is for.
    pub runtime: Runtime,
    /// The package that it is of.
    pub package: NormalizedName,
    /// What it should be.
    pub recorded: RecordedVersion,
    /// Which line of the package's file tells of it, from 1.
    pub line: u64,
    /// What the record says of it.
    pub standing: AuditStanding,
}

/// What the record says of a layer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditStanding {
    /// It is listed, so it must be there.
    Listed,
    /// It is lost; perhaps it is there again.
    Lost,
}

impl Ledger {
    /// What is to be looked at on the day `today`: what is listed, and what was lost.
    pub fn to_audit(&self, today: Date, retention_days: u32, rotation: Rotation) -> Vec<Audited> {
        let mut audited = Vec::new();
        for ((runtime, package), ledger) in &self.packages {
            let history = self.history(*runtime, package, retention_days);
            for (region, versions) in &history.regions {
                for version in versions {
                    let standing = match version.state {
                        VersionState::Lost { .. } => AuditStanding::Lost,
                        state if state.is_listed(today) => AuditStanding::Listed,
                        VersionState::Latest | VersionState::Deprecated { .. } | VersionState::Yanked { .. } | VersionState::Deleted { .. } => continue,
                    };
                    let recorded = history.recorded(region, version);
                    if version.state == VersionState::Latest || rotation.is_turn_of(&recorded.arn, today) {
                        audited.push(Audited { runtime: *runtime, package: package.clone(), line: line(ledger, &recorded.arn), recorded, standing });
                    }
                }
            }
        }
        audited
    }
}

impl Rotation {
    /// By the address alone, so that a version has its turn on the same days whatever else there is.
    fn is_turn_of(self, arn: &LayerArn, today: Date) -> bool {
        let hash = Sha256::of(arn.to_string().as_bytes()).to_string();
        let number = u32::from_str_radix(&hash[..8], 16).expect("hexadecimal digits");
        let day = today.duration_since(date(1970, 1, 1)).as_hours() / 24;
        i64::from(number % self.days) == day.rem_euclid(i64::from(self.days.get()))
    }
}

/// The line that tells of the version's publication.
fn line(ledger: &PackageLedger, arn: &LayerArn) -> u64 {
    let tells = |event: &Event| event.publication().is_some_and(|published| published.has(&arn.layer, &arn.region, arn.version));
    ledger.events.iter().position(tells).map_or(1, |at| at as u64 + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ledger::{Affected, example};

    /// `count` releases of one package in one region, a minute apart.
    fn ledger(count: u64) -> Ledger {
        let published =
            |number: u64| Event::Published(example::published(&format!("2026-11-01T00:{number:02}:00Z"), &format!("x=={number}"), &[("eu-west-1", number)]));
        let mut events: Vec<Event> = (1..=count).map(published).collect();
        let lost = Affected { at: jiff::Timestamp::UNIX_EPOCH, layer: "K-p313-x".parse().unwrap(), regions: [("eu-west-1".parse().unwrap(), 2)].into() };
        events.push(Event::Lost(lost));
        Ledger { packages: [(("p3.13".parse().unwrap(), "x".parse().unwrap()), PackageLedger { events, lock: None })].into(), ..Ledger::default() }
    }

    fn on(ledger: &Ledger, day: Date, days: u32) -> Vec<Audited> {
        ledger.to_audit(day, 365, Rotation { days: NonZeroU32::new(days).unwrap() })
    }

    #[test]
    fn in_so_many_days_each_has_its_turn_once_and_the_latest_always() {
        let ledger = ledger(40);
        let first = date(2026, 11, 22);
        assert_eq!(on(&ledger, first, 1).len(), 40);
        let mut turns: BTreeMap<u64, u32> = BTreeMap::new();
        let mut day = first;
        for _ in 0..7 {
            let today = on(&ledger, day, 7);
            assert!((1..20).contains(&today.len()), "{} on one day", today.len());
            today.iter().for_each(|audited| *turns.entry(audited.recorded.arn.version).or_default() += 1);
            day = day.tomorrow().unwrap();
        }
        assert_eq!(turns.remove(&40), Some(7), "the latest");
        assert_eq!(turns.into_values().collect::<Vec<_>>(), vec![1; 39]);
        assert_eq!(on(&ledger, day, 7), on(&ledger, first, 7), "a week later it is the same");
    }

    #[test]
    fn each_says_where_it_stands() {
        let audited = on(&ledger(3), date(2026, 11, 22), 1);
        let said: Vec<(u64, u64, AuditStanding)> = audited.iter().map(|one| (one.recorded.arn.version, one.line, one.standing)).collect();
        assert_eq!(said, [(1, 1, AuditStanding::Listed), (2, 2, AuditStanding::Lost), (3, 3, AuditStanding::Listed)]);
        let expired = on(&ledger(3), date(2028, 1, 1), 1);
        let left: Vec<u64> = expired.iter().map(|one| one.recorded.arn.version).collect();
        assert_eq!(left, [2, 3], "what is no longer listed is not looked at");
    }
}
