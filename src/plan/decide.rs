//! The decision itself: wanted against recorded.

use jiff::Timestamp;

use super::{Plan, PlannedBuild, Reason};
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
    /// Everything, everywhere.
    Forced,
}

/// Compares what the rows resolve to with what the ledger says is published in each of `regions`.
pub fn decide(catalog: &Catalog, ledger: &Ledger, regions: &[RegionCode], resolved: Vec<Resolved<'_>>, effort: Effort, now: Timestamp) -> Plan {
    let mut plan = Plan { schema: 1, at: now, builds: Vec::new(), settled: Vec::new() };
    for (row, result) in resolved {
        let package = row.request.normalized();
        let settled = |outcome, held_back| Attempt { runtime: row.runtime, package: package.clone(), outcome, held_back };
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
            cost: resolution.pins.iter().filter_map(Locked::size_bytes).sum(),
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
    let lacking: Vec<RegionCode> = regions.iter().filter(|region| !history.is_current(region, wanted)).cloned().collect();
    let reason = match history.current_build() {
        _ if lacking.is_empty() => return None,
        None => Reason::New,
        Some(current) if current.published.requirements_sha256 == wanted => Reason::MissingRegions,
        Some(_) => Reason::Changed,
    };
    Some((reason, lacking))
}
