//! Tells of layer versions that vanished from the account. They never come back by themselves, so every command
//! that reads the ledger says what would bring them back.

use std::path::Path;

use crate::config::{Catalog, Row};
use crate::domain::NormalizedName;
use crate::ledger::{Event, Ledger};
use crate::report::{Location, Problem};

/// A warning for each row whose layer is lost in active regions, as long as no newer one has its place there.
pub fn lost_versions(catalog: &Catalog, ledger: &Ledger, ledger_dir: &Path) -> Vec<Problem> {
    catalog.rows.iter().filter_map(|row| warning(catalog, ledger, ledger_dir, row)).collect()
}

/// What brings back a layer that is lost.
pub fn how_it_comes_back(package: &NormalizedName) -> String {
    format!("`--force` brings it back: of `klayers plan --package {package}` and `klayers publish`, or of `klayers run --package {package}`")
}

fn warning(catalog: &Catalog, ledger: &Ledger, ledger_dir: &Path, row: &Row) -> Option<Problem> {
    let package = row.request.normalized();
    let events = &ledger.packages.get(&(row.runtime, package.clone()))?.events;
    // Nearly no package ever lost anything: folding all of them here would take longer than reading them.
    let line = events.iter().rposition(|event| matches!(event, Event::Lost(_)))? + 1;
    let history = ledger.history(row.runtime, &package, catalog.settings.retention_days);
    let lost: Vec<String> =
        catalog.active_regions().filter_map(|region| Some(format!("version {} in {}", history.lost(&region.code)?.number, region.code))).collect();
    if lost.is_empty() {
        return None;
    }
    let file = ledger_dir.join(row.runtime.to_string()).join(package.as_str()).join("events.jsonl");
    let message = format!("`{}` is lost from the account: {}", row.layer, lost.join(", "));
    let help = format!("find out where it went; {}", how_it_comes_back(&package));
    Some(Problem::new(Location::line(file.to_string_lossy(), line as u64), "version-lost", message, help).into_warning())
}
