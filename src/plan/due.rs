//! Whether a run is due that did not happen, or that left something open.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::config::Catalog;
use crate::domain::{NormalizedName, RegionCode};
use crate::ledger::{Ledger, StatusState};

/// How long after the beginning of a month its run may take to be recorded.
const GRACE_HOURS: i64 = 12;

/// Why a run is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// None looked at everything since this month began: its first day.
    Month(Date),
    /// Regions lack what others have.
    Regions {
        /// The regions that lack something.
        regions: BTreeSet<RegionCode>,
        /// The packages that they lack.
        packages: BTreeSet<NormalizedName>,
    },
}

/// What is due `now`, when the last run that looked at everything was `last_run`. A month is due 12 hours after it began
/// in universal time, because its own run needs some of them; it comes before regions, which its run sees to.
pub fn due(catalog: &Catalog, ledger: &Ledger, last_run: Option<Timestamp>, now: Timestamp) -> Option<Due> {
    let month = now.to_zoned(TimeZone::UTC).date().first_of_month();
    let began = month.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let is_past_grace = began.checked_add(GRACE_HOURS.hours()).is_ok_and(|end| now >= end);
    if is_past_grace && last_run.is_none_or(|at| at < began) {
        return Some(Due::Month(month));
    }
    let active: Vec<&RegionCode> = catalog.active_regions().map(|region| &region.code).collect();
    let (mut regions, mut packages) = (BTreeSet::new(), BTreeSet::new());
    for row in &catalog.rows {
        let package = row.request.normalized();
        let history = ledger.history(row.runtime, &package, catalog.settings.retention_days);
        // What was never published, or cannot be built, is for the next month.
        let is_failing =
            ledger.status.get(&row.runtime).and_then(|status| status.packages.get(&package)).is_some_and(|entry| entry.state == StatusState::Failed);
        let Some(current) = history.current_build().filter(|_| !is_failing) else { continue };
        // Where a newer one is withdrawn, a run would find just that one, and not publish it.
        if history.builds.iter().any(|build| build.yanked.is_some() && build.published.at > current.published.at) {
            continue;
        }
        for region in active.iter().filter(|region| history.lacks(region, current.published.requirements_sha256)) {
            regions.insert((*region).clone());
            packages.insert(package.clone());
        }
    }
    (!regions.is_empty()).then_some(Due::Regions { regions, packages })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::domain::Failure;
    use crate::ledger::{Event, PackageLedger, Status, StatusEntry, Yanked, example};

    /// A catalogue with the package `x` for one runtime and two regions, and its record.
    fn world(events: Vec<Event>) -> (Catalog, Ledger) {
        let runtime = "p3.13".parse().unwrap();
        let catalog = config::example::catalog(runtime, "x", &["eu-west-1", "us-east-1"]);
        let mut ledger = Ledger::default();
        ledger.packages.insert((runtime, "x".parse().unwrap()), PackageLedger { events, lock: None });
        (catalog, ledger)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const EVERYWHERE: [(&str, u64); 2] = [("eu-west-1", 1), ("us-east-1", 1)];

    #[test]
    fn a_month_is_missed_when_half_of_its_first_day_is_over() {
        let (catalog, ledger) = world(vec![Event::Published(example::published("2026-10-01T00:00:00Z", "x==1", &EVERYWHERE))]);
        let november = Some(Due::Month("2026-11-01".parse().unwrap()));
        for (last_run, now, expected) in [
            (Some("2026-10-01T02:07:00Z"), "2026-11-01T11:59:59Z", None),
            (Some("2026-10-01T02:07:00Z"), "2026-11-01T12:00:00Z", november.clone()),
            (Some("2026-10-31T23:59:59Z"), "2026-11-30T23:00:00Z", november.clone()),
            (Some("2026-11-01T00:00:00Z"), "2026-11-30T23:00:00Z", None),
            (Some("2027-01-01T00:00:00Z"), "2026-11-30T23:00:00Z", None),
            (None, "2026-11-01T00:00:00Z", None),
            (None, "2026-11-02T00:00:00Z", november),
        ] {
            assert_eq!(due(&catalog, &ledger, last_run.map(at), at(now)), expected, "{last_run:?} {now}");
        }
    }

    #[test]
    fn a_region_is_due_when_it_lacks_what_others_have_and_a_run_could_mend_it() {
        let published = |when: &str, line: &str, regions: &[(&str, u64)]| Event::Published(example::published(when, line, regions));
        let one = || published("2026-11-01T00:00:00Z", "x==1", &EVERYWHERE);
        let half = || published("2026-11-02T00:00:00Z", "x==2", &EVERYWHERE[..1]);
        let yanked = || {
            let Event::Published(build) = published("2026-11-03T00:00:00Z", "x==3", &EVERYWHERE[..1]) else { unreachable!() };
            Event::Yanked(Yanked { at: build.at, layer: build.layer, requirements_sha256: build.requirements_sha256, reason: String::new() })
        };
        let is_due = |events: Vec<Event>| {
            let (catalog, ledger) = world(events);
            due(&catalog, &ledger, Some(at("2026-11-01T00:00:00Z")), at("2026-11-20T00:00:00Z"))
        };
        let lacking = Some(Due::Regions { regions: ["us-east-1".parse().unwrap()].into(), packages: ["x".parse().unwrap()].into() });
        assert_eq!(is_due(vec![]), None);
        assert_eq!(is_due(vec![one()]), None);
        assert_eq!(is_due(vec![one(), half()]), lacking);
        assert_eq!(is_due(vec![one(), half(), published("2026-11-03T00:00:00Z", "x==3", &[("eu-west-1", 3)]), yanked()]), None);
        let (catalog, mut ledger) = world(vec![one(), half()]);
        let Failure { code, reason } = Failure::new("no-wheel", "why");
        let entry = StatusEntry { state: StatusState::Failed, code, reason, since: at("2026-11-03T00:00:00Z") };
        ledger.status.insert("p3.13".parse().unwrap(), Status { packages: [("x".parse().unwrap(), entry)].into() });
        assert_eq!(due(&catalog, &ledger, Some(at("2026-11-01T00:00:00Z")), at("2026-11-20T00:00:00Z")), None);
    }
}
