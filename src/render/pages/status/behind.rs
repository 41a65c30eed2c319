//! The regions that lack what others have.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::words;
use crate::config::Region;
use crate::domain::{NormalizedName, RegionState, RuntimeState};
use crate::render::view::{Lag, View};

/// Packages that are named: the others are counted.
const NAMED_MAX: usize = 6;
const ACTIVE: &str = "active";

/// A region that is not as good as the others.
#[derive(Debug, Serialize)]
pub struct BehindRow<'a> {
    code: &'a str,
    name: &'a str,
    state: &'static str,
    /// Packages on runtimes that others have and it has not.
    missing: usize,
    /// Packages on runtimes of which it has an older build.
    older: usize,
    /// Of all these, those that vanished from the account there: they are looked into before anything is done.
    lost: usize,
    /// When the first of what it lacks was published elsewhere.
    since: String,
    /// The first of these packages, each with how many runtimes it is behind on.
    named: Vec<Named<'a>>,
    /// How many more packages there are.
    more: usize,
    /// Layer versions that are listed there.
    listed: usize,
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    name: &'a str,
    runtimes: usize,
}

/// The regions that lack something, then those that nothing is published to, both in the order of the catalogue.
pub fn rows<'a>(view: &'a View<'_>) -> Vec<BehindRow<'a>> {
    let rows = view.catalog.regions.iter().map(|region| row(view, region));
    let mut rows: Vec<BehindRow<'_>> = rows.filter(|row| row.state != ACTIVE || row.missing + row.older > 0).collect();
    rows.sort_by_key(|row| row.state != ACTIVE);
    rows
}

fn row<'a>(view: &'a View<'_>, region: &'a Region) -> BehindRow<'a> {
    let mut row = BehindRow {
        code: region.code.as_str(),
        name: &region.name,
        state: match region.state {
            RegionState::Active => ACTIVE,
            RegionState::Paused => "paused",
            RegionState::Retired => "retired",
        },
        missing: 0,
        older: 0,
        lost: 0,
        since: String::new(),
        named: Vec::new(),
        more: 0,
        listed: view.runtimes.iter().flat_map(|runtime| &runtime.packages).map(|package| package.versions_in(&region.code).count()).sum(),
    };
    // Of what is not built for any more, nothing comes anywhere.
    let built_for = view.runtimes.iter().filter(|runtime| runtime.spec.state == RuntimeState::Active);
    let mut since: Option<Timestamp> = None;
    let mut lacking: BTreeMap<&NormalizedName, Named<'_>> = BTreeMap::new();
    for package in built_for.flat_map(|runtime| &runtime.packages) {
        let Some(lag) = package.lag(&region.code) else { continue };
        match lag {
            Lag::Missing => row.missing += 1,
            Lag::Older => row.older += 1,
        }
        // Costly, and told of active regions alone.
        let is_lost = region.state == RegionState::Active && package.history().lost(&region.code).is_some();
        row.lost += usize::from(is_lost);
        let published = package.current().map(|current| current.at);
        since = since.into_iter().chain(published).min();
        lacking.entry(&package.normalized).or_insert(Named { name: package.name.as_str(), runtimes: 0 }).runtimes += 1;
    }
    row.more = lacking.len().saturating_sub(NAMED_MAX);
    row.named = lacking.into_values().take(NAMED_MAX).collect();
    row.since = since.map_or_else(String::new, |since| words::day(since).to_string());
    row
}
