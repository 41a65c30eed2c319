//! Two ledgers that began as one and were written to apart: all lines of both, in order of time.
//!
//! Lines only ever come in between; none is changed, moved or lost. In which order, and how often, ledgers are united makes no
//! difference.

use std::cmp::Ordering;

use super::{Event, Ledger, PackageLedger, Published, Writer};
use crate::domain::RegionCode;
use crate::outside::OutsideError;

impl Writer {
    /// Adds to `ledger`, which was read under this lock, the lines of `other` that it has not. Returns how many.
    /// What has failed, and how long building takes, are of the last run: those of `other` are passed over.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn unite(&self, ledger: &Ledger, other: &Ledger) -> Result<usize, OutsideError> {
        let nothing = PackageLedger::default();
        let mut added = 0;
        for ((runtime, package), theirs) in &other.packages {
            let ours = ledger.packages.get(&(*runtime, package.clone())).unwrap_or(&nothing);
            let united = united(&ours.events, &theirs.events);
            if united.len() == ours.events.len() {
                continue;
            }
            // The lock is that of the newest build.
            let is_newer = newest(&united) != newest(&ours.events);
            let lock = theirs.lock.as_ref().filter(|_| is_newer || ours.lock.is_none());
            added += united.len() - ours.events.len();
            self.write_package(*runtime, package, &united, lock.map(String::as_str))?;
        }
        Ok(added)
    }
}

/// The lines of `ours` and, before the first of them that is later, those of `theirs` that it has not.
fn united(ours: &[Event], theirs: &[Event]) -> Vec<Event> {
    let mut all = ours.to_vec();
    for event in theirs {
        if all.contains(event) {
            continue;
        }
        let Some(event) = unknown(event, &all) else { continue };
        let at = all.iter().position(|known| order(known, &event).is_gt()).unwrap_or(all.len());
        all.insert(at, event);
    }
    all
}

/// What of `event` is not told by `known`: a layer version is published once.
fn unknown(event: &Event, known: &[Event]) -> Option<Event> {
    let rest = |published: &Published| {
        let told: Vec<&Published> = known.iter().filter_map(Event::publication).collect();
        let is_new = |region: &RegionCode, number: &u64| !told.iter().any(|other| other.has(&published.layer, region, *number));
        let regions = published.regions.iter().filter(|(region, number)| is_new(region, number)).map(|(region, number)| (region.clone(), *number));
        let rest = Published { regions: regions.collect(), ..published.without_regions() };
        (!rest.regions.is_empty()).then_some(rest)
    };
    match event {
        Event::Published(published) => rest(published).map(Event::Published),
        Event::Adopted(published) => rest(published).map(Event::Adopted),
        Event::Yanked(_) | Event::Unyanked(_) | Event::Deleted(_) | Event::Lost(_) | Event::Found(_) => Some(event.clone()),
    }
}

fn newest(events: &[Event]) -> Option<&Published> {
    events.iter().rev().find_map(Event::publication)
}

/// By time, and what is of one time by its text.
fn order(a: &Event, b: &Event) -> Ordering {
    a.at().cmp(&b.at()).then_with(|| a.canonical().cmp(&b.canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Affected, example};

    /// A log of many kinds of lines; some are of one time.
    fn log() -> Vec<Event> {
        let affected = |at: &str, region: &str, number| Affected {
            at: at.parse().expect("a time"),
            layer: "K-p313-x".parse().expect("valid"),
            regions: [(region.parse().expect("valid"), number)].into(),
        };
        let published = |at: &str, version: &str, number| {
            let regions = [("eu-west-1", number), ("us-east-1", number)];
            Event::Published(example::published(at, &format!("x=={version}"), &regions))
        };
        vec![
            published("2026-01-01T00:00:00Z", "1", 1),
            published("2026-02-01T00:00:00Z", "2", 2),
            Event::Lost(affected("2026-02-02T00:00:00Z", "eu-west-1", 2)),
            Event::Lost(affected("2026-02-02T00:00:00Z", "us-east-1", 2)),
            Event::Found(affected("2026-02-03T00:00:00Z", "us-east-1", 2)),
            published("2026-03-01T00:00:00Z", "3", 3),
            Event::Deleted(affected("2027-03-02T00:00:00Z", "eu-west-1", 1)),
            Event::Deleted(affected("2027-03-02T00:00:00Z", "us-east-1", 1)),
        ]
    }

    fn part(of: &[Event], bits: usize) -> Vec<Event> {
        of.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0).map(|(_, event)| event.clone()).collect()
    }

    #[test]
    fn in_any_order_and_any_number_of_times_it_comes_to_the_same() {
        let log = log();
        // All pairs of parts that begin with the same line, as those of one branch do.
        for a in (1..1 << log.len()).step_by(2) {
            let ours = part(&log, a);
            for b in (1..1 << log.len()).step_by(2) {
                let theirs = part(&log, b);
                let both = united(&ours, &theirs);
                assert_eq!(both, part(&log, a | b), "all lines of both, in order of time");
                assert_eq!(both, united(&theirs, &ours), "commutative");
            }
            assert_eq!(united(&ours, &ours), ours, "idempotent");
        }
        for (a, b, c) in [(0b1001, 0b11_0001, 0b111), (0b1011_0101, 0b1100_0011, 0b1_1101)] {
            let [a, b, c] = [a, b, c].map(|bits| part(&log, bits));
            assert_eq!(united(&united(&a, &b), &c), united(&a, &united(&c, &b)), "associative");
        }
    }

    #[test]
    fn lines_that_came_to_a_branch_late_stay_where_they_are() {
        let log = log();
        let ours = [log[5].clone(), log[1].clone(), log[0].clone()];
        let both = united(&ours, &[log[2].clone(), log[6].clone()]);
        let kept: Vec<Event> = both.iter().filter(|event| ours.contains(event)).cloned().collect();
        assert_eq!(kept, ours);
        assert_eq!(both.len(), 5);
        assert_eq!(both, united(&united(&ours, &[log[6].clone()]), &[log[2].clone()]));
    }

    #[test]
    fn a_layer_version_that_both_tell_of_is_told_once() {
        let ours = Event::Published(example::published("2026-01-01T00:00:00Z", "x==1", &[("eu-west-1", 1)]));
        let theirs = Event::Adopted(example::published("2026-01-02T00:00:00Z", "x==1", &[("eu-west-1", 1), ("us-east-1", 4)]));
        let both = united(std::slice::from_ref(&ours), std::slice::from_ref(&theirs));
        let Event::Adopted(added) = &both[1] else { panic!("{both:?}") };
        assert_eq!(added.regions.iter().map(|(region, number)| (region.to_string(), *number)).collect::<Vec<_>>(), [("us-east-1".to_owned(), 4)]);
        assert_eq!(united(&both, &[ours, theirs]), both);
    }
}
