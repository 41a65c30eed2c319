//! The regions that lack what others have.

use jiff::Timestamp;
use serde::Serialize;

use super::words;
use crate::config::Region;
use crate::domain::{RegionState, RuntimeState};
use crate::render::view::{Lag, View};

/// Packages that are named: the others are counted.
const NAMED_MAX: usize = 6;

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
    /// When the first of what it lacks was published elsewhere.
    since: String,
    /// Some of them.
    named: Vec<String>,
    /// How many more there are.
    more: usize,
    /// Layer versions that are listed there.
    listed: usize,
}

/// The regions that lack something or that nothing is published to, in the order of the catalogue.
pub fn rows<'a>(view: &View<'a>) -> Vec<BehindRow<'a>> {
    view.catalog.regions.iter().map(|region| row(view, region)).filter(|row| row.state != "active" || row.missing + row.older > 0).collect()
}

fn row<'a>(view: &View<'_>, region: &'a Region) -> BehindRow<'a> {
    let mut row = BehindRow {
        code: region.code.as_str(),
        name: &region.name,
        state: match region.state {
            RegionState::Active => "active",
            RegionState::Paused => "paused",
            RegionState::Retired => "retired",
        },
        missing: 0,
        older: 0,
        since: String::new(),
        named: Vec::new(),
        more: 0,
        listed: view.runtimes.iter().flat_map(|runtime| &runtime.packages).map(|package| package.versions_in(&region.code).count()).sum(),
    };
    // Of what is not built for any more, nothing comes anywhere.
    let built_for = view.runtimes.iter().filter(|runtime| runtime.spec.state == RuntimeState::Active);
    let mut since: Option<Timestamp> = None;
    for (runtime, package) in built_for.flat_map(|runtime| runtime.packages.iter().map(move |package| (runtime, package))) {
        let Some(lag) = package.lag(&region.code) else { continue };
        match lag {
            Lag::Missing => row.missing += 1,
            Lag::Older => row.older += 1,
        }
        let published = package.current().map(|current| current.at);
        since = since.into_iter().chain(published).min();
        if row.named.len() < NAMED_MAX {
            row.named.push(format!("{} on {}", package.name, runtime.spec.runtime));
        } else {
            row.more += 1;
        }
    }
    row.since = since.map_or_else(String::new, |since| words::day(since).to_string());
    row
}
