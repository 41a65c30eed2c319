//! The decision itself: wanted against recorded.

use jiff::Timestamp;

use super::shards::guessed_seconds;
use super::{Plan, PlannedBuild, Reason, Scope};
use crate::config::{Catalog, Row};
use crate::domain::{Attempt, Failure, Locked, Outcome, RegionCode, Resolution};
use crate::ledger::{History, Ledger};

/// A row with what came of resolving it.
pub type Resolved<'a> = (&'a Row, Result<Resolution, Failure>);

/// Whether to build what has not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// Only what some region lacks.
    Needed,
    /// Everything, in every region, whether or not it is there already.
    Forced,
}

/// Compares what the rows resolve to with what the ledger says is published in each of `regions`. `now` becomes the time
/// of the plan, and its day the version of bundles.
pub fn decide(catalog: &Catalog, ledger: &Ledger, regions: &[RegionCode], resolved: Vec<Resolved<'_>>, effort: Effort, now: Timestamp) -> Plan {
    let mut plan = Plan { schema: 2, at: now, scope: Scope::Whole, shards: Vec::new(), builds: Vec::new(), settled: Vec::new(), left_out: Vec::new() };
    for (row, result) in resolved {
        let package = row.request.normalized();
        let settled = |outcome, held_back| Attempt { runtime: row.runtime, package: package.clone(), outcome, held_back, seconds: None };
        let resolution = match result {
            Ok(resolution) => resolution,
            Err(failure) => {
                plan.settled.push(settled(Outcome::Failed(failure), None));
                continue;
            }
        };
        let history = ledger.history(row.runtime, &package, catalog.settings.retention_days);
        let Some((reason, lacking)) = lacking(&history, &resolution, regions, effort) else {
            plan.settled.push(settled(Outcome::Unchanged, resolution.held_back));
            continue;
        };
        // What other regions have was built from the recorded lock; only that makes the same bytes.
        let recorded = ledger.packages.get(&(row.runtime, package)).and_then(|package| package.lock.clone());
        let lock = match (reason, recorded) {
            (Reason::MissingRegions, Some(recorded)) => recorded,
            (Reason::MissingRegions | Reason::New | Reason::Changed | Reason::Forced, _) => resolution.lock.clone(),
        };
        plan.builds.push(PlannedBuild {
            runtime: row.runtime,
            request: row.request.clone(),
            layer: row.layer.clone(),
            version: version(row, &resolution, now),
            requirements: resolution.requirements(),
            regions: lacking,
            reason,
            license: row.license.clone(),
            lock,
            seconds: guessed_seconds(resolution.pins.iter().filter_map(Locked::size_bytes).sum()),
            shard: 0,
            held_back: resolution.held_back,
            previous: history.current_build().map(|build| build.published.requirements.clone()),
        });
    }
    plan
}

/// The package's version. A bundle has none: it gets the day, which grows as versions do.
fn version(row: &Row, resolution: &Resolution, now: Timestamp) -> String {
    if row.request.is_bundle() {
        return now.strftime("%Y.%-m.%-d").to_string();
    }
    resolution.version_of(&row.request.normalized()).unwrap_or_default().to_owned()
}

/// The regions whose latest version does not hold what was resolved, and why that is so.
fn lacking(history: &History, resolution: &Resolution, regions: &[RegionCode], effort: Effort) -> Option<(Reason, Vec<RegionCode>)> {
    if effort == Effort::Forced {
        return Some((Reason::Forced, regions.to_vec())).filter(|_| !regions.is_empty());
    }
    let wanted = resolution.requirements().sha256();
    // What the operator withdrew does not come back by itself; a newer release does.
    if history.builds.iter().any(|build| build.yanked.is_some() && build.published.requirements_sha256 == wanted) {
        return None;
    }
    let lacking: Vec<RegionCode> = regions.iter().filter(|region| history.lacks(region, wanted)).cloned().collect();
    let reason = match history.current_build() {
        _ if lacking.is_empty() => return None,
        None => Reason::New,
        Some(current) if current.published.requirements_sha256 == wanted => Reason::MissingRegions,
        Some(_) => Reason::Changed,
    };
    Some((reason, lacking))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Locked, LockedWheel, Pin, Sha256};
    use crate::ledger::{Affected, Event, Unyanked, Yanked, example};

    fn resolution(version: &str) -> Resolution {
        let wheel =
            LockedWheel { filename: format!("x-{version}-py3-none-any.whl").parse().unwrap(), url: String::new(), sha256: Sha256::of(b""), size_bytes: None };
        let pin = Pin { name: "x".parse().unwrap(), version: version.to_owned(), wheel, built_from: None };
        Resolution { pins: vec![Locked::Wheel(pin)], lock: String::new(), held_back: None }
    }

    fn published(version: &str, number: u64) -> Event {
        let regions = ["eu-west-1", "us-east-1"].map(|region| (region, number));
        Event::Published(example::published("1970-01-01T00:00:00Z", &format!("x=={version}"), &regions))
    }

    fn affected(number: u64) -> Affected {
        Affected { at: Timestamp::UNIX_EPOCH, layer: "K-p313-x".parse().unwrap(), regions: [("eu-west-1".parse().unwrap(), number)].into() }
    }

    /// What is built, in how many regions.
    fn decided(events: &[Event], version: &str, effort: Effort) -> Option<(Reason, usize)> {
        let regions = ["eu-west-1", "us-east-1"].map(|region| region.parse().unwrap());
        let lacking = lacking(&History::fold(events, 365), &resolution(version), &regions, effort);
        lacking.map(|(reason, regions)| (reason, regions.len()))
    }

    #[test]
    fn what_is_lost_comes_back_when_it_is_asked_for_or_changes() {
        let mut events = vec![published("1", 1), published("2", 2)];
        assert_eq!(decided(&events, "2", Effort::Needed), None);
        events.push(Event::Lost(affected(2)));
        assert_eq!(decided(&events, "2", Effort::Needed), None);
        assert_eq!(decided(&events, "2", Effort::Forced), Some((Reason::Forced, 2)));
        assert_eq!(decided(&events, "3", Effort::Needed), Some((Reason::Changed, 2)));
        // It was forced; then a newer release came; then that one was held back.
        events.push(published("2", 3));
        assert_eq!(decided(&events, "2", Effort::Needed), None);
        events.push(published("3", 4));
        assert_eq!(decided(&events, "2", Effort::Needed), Some((Reason::Changed, 2)), "the loss is long past");
        assert_eq!(decided(&[published("1", 1), Event::Deleted(affected(1))], "1", Effort::Needed), Some((Reason::MissingRegions, 1)));
    }

    #[test]
    fn what_is_withdrawn_comes_back_when_that_is_undone() {
        let requirements_sha256 = resolution("2").requirements().sha256();
        let (at, layer) = (Timestamp::UNIX_EPOCH, affected(1).layer);
        let mut events = vec![published("1", 1), published("2", 2)];
        events.push(Event::Yanked(Yanked { at, layer: layer.clone(), requirements_sha256, reason: String::new() }));
        assert_eq!(decided(&events, "2", Effort::Needed), None);
        assert_eq!(decided(&events, "3", Effort::Needed), Some((Reason::Changed, 2)));
        events.push(Event::Unyanked(Unyanked { at, layer, requirements_sha256 }));
        assert_eq!(decided(&events, "2", Effort::Needed), None, "it is the latest again");
        assert_eq!(decided(&events, "3", Effort::Needed), Some((Reason::Changed, 2)));
    }
}
