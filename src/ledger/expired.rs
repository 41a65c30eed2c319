//! Which layer versions have had their time: what may be deleted from the account.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Ledger, VersionState};
use crate::domain::{NormalizedName, RecordedVersion, Runtime};

/// A layer version that is no longer listed and never will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// When its time was over: the retention after a newer version, or after its withdrawal.
    pub at: Timestamp,
    /// The runtime that it is for.
    pub runtime: Runtime,
    /// The package that it is of.
    pub package: NormalizedName,
    /// What to delete, if it is what it should be.
    pub recorded: RecordedVersion,
}

impl Ledger {
    /// What may be deleted on the day `today`, oldest first: versions past their date, and those that were withdrawn
    /// as long ago as a newer version lets an older one live. What is listed is never among them.
    pub fn expired(&self, today: Date, retention_days: u32) -> Vec<Expired> {
        let retention = SignedDuration::from_hours(24 * i64::from(retention_days));
        let mut expired = Vec::new();
        for (runtime, package) in self.packages.keys() {
            let history = self.history(*runtime, package, retention_days);
            for (region, versions) in &history.regions {
                for version in versions.iter().filter(|version| !version.state.is_listed(today)) {
                    let at = match version.state {
                        VersionState::Deprecated { expires, .. } => expires,
                        VersionState::Yanked { at } => at.checked_add(retention).unwrap_or(Timestamp::MAX),
                        // The latest stays for ever, and what is gone needs no deletion.
                        VersionState::Latest | VersionState::Lost { .. } | VersionState::Deleted { .. } => continue,
                    };
                    if at.to_zoned(TimeZone::UTC).date() <= today {
                        expired.push(Expired { at, runtime: *runtime, package: package.clone(), recorded: history.recorded(region, version) });
                    }
                }
            }
        }
        // One build's regions stay together, so that they become one line of the record.
        expired.sort_by(|a, b| {
            let key = |one: &Expired| (one.at, one.runtime, one.package.clone(), one.recorded.arn.layer.clone(), one.recorded.zip_sha256);
            (key(a), &a.recorded).cmp(&(key(b), &b.recorded))
        });
        expired
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Requirements;
    use crate::ledger::{Affected, Event, PackageLedger, Unyanked, Yanked, example};

    const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

    fn at(day: &str) -> Timestamp {
        format!("{day}T12:00:00Z").parse().unwrap()
    }

    fn published(day: &str, version: &str, number: u64) -> Event {
        Event::Published(example::published(&format!("{day}T12:00:00Z"), &format!("x=={version}"), &REGIONS.map(|region| (region, number))))
    }

    fn yanked(day: &str, version: &str) -> Event {
        let requirements_sha256 = Requirements::try_from(vec![format!("x=={version}")]).unwrap().sha256();
        Event::Yanked(Yanked { at: at(day), layer: "K-p313-x".parse().unwrap(), requirements_sha256, reason: String::new() })
    }

    fn affected(region: &str, number: u64) -> Affected {
        Affected { at: at("2026-01-01"), layer: "K-p313-x".parse().unwrap(), regions: [(region.parse().unwrap(), number)].into() }
    }

    /// The numbers that may be deleted, by region.
    fn expired(events: &[Event], today: &str) -> Vec<String> {
        let package = PackageLedger { events: events.to_vec(), lock: None };
        let ledger = Ledger { packages: [(("p3.13".parse().unwrap(), "x".parse().unwrap()), package)].into(), ..Ledger::default() };
        let expired = ledger.expired(today.parse().unwrap(), 365);
        expired.iter().map(|one| format!("{} {}", one.recorded.arn.region, one.recorded.arn.version)).collect()
    }

    #[test]
    fn what_is_past_its_date_may_go_and_nothing_that_is_listed() {
        let events = [published("2024-01-01", "1", 1), published("2024-06-01", "2", 2), published("2025-01-01", "3", 3)];
        let none: [&str; 0] = [];
        assert_eq!(expired(&events, "2025-05-31"), none);
        assert_eq!(expired(&events, "2025-06-01"), ["eu-west-1 1", "us-east-1 1"]);
        assert_eq!(expired(&events, "2099-01-01"), ["eu-west-1 1", "us-east-1 1", "eu-west-1 2", "us-east-1 2"], "the latest stays");
        let gone = [Event::Deleted(affected("eu-west-1", 1)), Event::Lost(affected("us-east-1", 1))];
        assert_eq!(expired(&[&events[..], &gone].concat(), "2025-06-01"), none);
        let only_one = [published("2024-01-01", "1", 1)];
        assert_eq!(expired(&only_one, "2099-01-01"), none);
    }

    #[test]
    fn what_was_withdrawn_may_go_a_year_later_and_never_if_that_was_undone() {
        let events = [published("2024-01-01", "1", 1), published("2024-06-01", "2", 2), yanked("2024-07-01", "2")];
        assert_eq!(expired(&events, "2025-06-30"), [""; 0]);
        assert_eq!(expired(&events, "2025-07-01"), ["eu-west-1 2", "us-east-1 2"], "1 is the latest, so it stays");
        let Event::Yanked(Yanked { at, layer, requirements_sha256, .. }) = events[2].clone() else { unreachable!() };
        let undone = Event::Unyanked(Unyanked { at, layer, requirements_sha256 });
        assert_eq!(expired(&[&events[..], &[undone]].concat(), "2025-07-01"), ["eu-west-1 1", "us-east-1 1"]);
    }
}
