//! Runs of a service, written to its ledger as `klayers record` would.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use klayers::config::{Catalog, Row};
use klayers::domain::{NormalizedName, Runtime};
use klayers::ledger::{Event, LEDGER_DIR, Status, StatusEntry, StatusState};
use klayers::outside::OutsideError;
use klayers::outside::files::{self, Durability};
use rayon::prelude::*;

use super::month::Run;
use super::{chance, lock};

const FILE_MAX_BYTES: u64 = 1 << 30;
/// One package in so many has no layer.
const FAILED_ONE_IN: usize = 97;

/// Which packages have a new release in a month.
#[derive(Debug, Clone, Copy)]
pub enum Changing {
    /// This share of them.
    Share(f64),
    /// So many of them.
    Count(usize),
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Lines.
    pub events: usize,
    /// Layer versions that were published.
    pub layer_versions: usize,
    /// Bytes of all lines that the ledger now has, of the packages that were touched.
    pub bytes: u64,
}

/// Lets the service of `catalog` below `root` run on each of `days`, and writes what its ledger then has more.
///
/// # Errors
/// When a file cannot be read or written.
///
/// # Panics
/// When a line of the ledger is not one.
pub fn run(root: &Path, catalog: &Catalog, days: &[Date], changing: Changing, seed: u64) -> Result<Written, OutsideError> {
    let changes: Vec<BTreeSet<NormalizedName>> = days.iter().map(|&day| changed(catalog, day, changing, seed)).collect();
    // A package that has no release has no line either, unless all are asked.
    let is_touched = |row: &&Row| match changing {
        Changing::Share(_) => true,
        Changing::Count(_) => changes.iter().any(|names| names.contains(&row.request.normalized())),
    };
    let rows: Vec<&Row> = catalog.rows.iter().filter(|row| !is_failed(row)).filter(is_touched).collect();
    let written = rows.par_iter().map(|row| advance(root, catalog, row, days, &changes, seed));
    let written = written.try_reduce(Written::default, |a, b| {
        Ok(Written { events: a.events + b.events, layer_versions: a.layer_versions + b.layer_versions, bytes: a.bytes + b.bytes })
    })?;
    write_status(root, catalog)?;
    Ok(written)
}

fn advance(root: &Path, catalog: &Catalog, row: &Row, days: &[Date], changes: &[BTreeSet<NormalizedName>], seed: u64) -> Result<Written, OutsideError> {
    let name = row.request.normalized();
    let folder = root.join(LEDGER_DIR).join(row.runtime.to_string()).join(name.as_str());
    let path = folder.join("events.jsonl");
    let mut bytes = files::read_if_exists(&path, FILE_MAX_BYTES)?.unwrap_or_default();
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    let mut events: Vec<Event> = lines.map(|line| serde_json::from_slice(line).expect("a line of ours")).collect();
    let before = events.len();
    for (&day, changed) in days.iter().zip(changes) {
        // Its first release is what it began with.
        let changes = events.is_empty() || changed.contains(&name);
        Run { catalog, day, seed }.advance(row, &mut events, changes);
    }
    let new = &events[before..];
    new.iter().for_each(|event| bytes.extend_from_slice(event.canonical().as_bytes()));
    files::write(&path, &bytes, Durability::Process)?;
    let published = new.iter().filter_map(|event| if let Event::Published(published) = event { Some(published) } else { None });
    if let Some(last) = published.clone().next_back() {
        let text = lock::text(&last.requirements, row.runtime, seed);
        files::write(&folder.join("pylock.toml"), text.as_bytes(), Durability::Process)?;
    }
    Ok(Written { events: new.len(), layer_versions: published.map(|published| published.regions.len()).sum(), bytes: bytes.len() as u64 })
}

/// The packages with a new release: the same on all runtimes, as it is with real ones.
fn changed(catalog: &Catalog, day: Date, changing: Changing, seed: u64) -> BTreeSet<NormalizedName> {
    let draw = |name: &NormalizedName| chance::of(seed, &["changes", name.as_str(), &day.to_string()]).f64();
    let names: BTreeSet<NormalizedName> = catalog.rows.iter().filter(|row| !is_failed(row)).map(|row| row.request.normalized()).collect();
    match changing {
        Changing::Share(share) => names.into_iter().filter(|name| draw(name) < share).collect(),
        Changing::Count(count) => {
            let mut drawn: Vec<(f64, NormalizedName)> = names.into_iter().map(|name| (draw(&name), name)).collect();
            drawn.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
            drawn.into_iter().take(count).map(|(_, name)| name).collect()
        }
    }
}

/// Without compiled wheels for one architecture, say.
fn is_failed(row: &Row) -> bool {
    row.location.line.is_some_and(|line| usize::try_from(line).is_ok_and(|line| line % FAILED_ONE_IN == 5))
}

fn write_status(root: &Path, catalog: &Catalog) -> Result<(), OutsideError> {
    let mut by_runtime: BTreeMap<Runtime, Status> = BTreeMap::new();
    for row in catalog.rows.iter().filter(|row| is_failed(row)) {
        let entry = StatusEntry {
            state: StatusState::Failed,
            code: "no-wheel".to_owned(),
            reason: format!("`{}` has no wheel for {}", row.request.normalized(), row.runtime),
            since: "2024-01-01T06:00:00Z".parse().expect("a time"),
        };
        by_runtime.entry(row.runtime).or_default().packages.insert(row.request.normalized(), entry);
    }
    for (runtime, status) in by_runtime {
        let path = root.join(LEDGER_DIR).join(runtime.to_string()).join("status.json");
        files::write(&path, status.canonical().as_bytes(), Durability::Process)?;
    }
    Ok(())
}
