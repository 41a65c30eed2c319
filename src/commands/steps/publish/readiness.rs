//! What is about to happen in each region, and what would happen, as tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::config::Catalog;
use crate::domain::{RegionCode, RegionState};
use crate::publish::{Preflight, PreviewLine, PreviewStep, RegionReadiness};

/// Regions that a line names one by one; of more it gives the number.
const NAMED_MAX: usize = 4;

/// One line per region: how much is to be published, how much room there is, or why nothing is published.
pub fn table(ready: &Preflight) -> String {
    let account =
        ready.identity.as_ref().map_or_else(|| "of nobody knows whom".to_owned(), |identity| format!("{} in {}", identity.account, identity.partition));
    let mut table = format!("account {account}\n{:<16}{:>8}{:>10}  code storage", "region", "layers", "MB");
    for RegionReadiness { region, archives, archive_bytes, storage, closed } in &ready.regions {
        let state = match (closed, storage) {
            (Some(failure), _) => format!("closed: {failure}"),
            (None, Some(storage)) if storage.limit_bytes < u64::MAX => {
                format!("{:.1} of {:.1} GB", gigabytes(storage.used_bytes), gigabytes(storage.limit_bytes))
            }
            (None, Some(_)) => "no limit".to_owned(),
            (None, None) => "not known".to_owned(),
        };
        let _ = write!(table, "\n{:<16}{archives:>8}{:>10.1}  {state}", region.to_string(), *archive_bytes as f64 / 1e6);
    }
    table
}

/// The regions that nothing is published to for now, if there are any.
pub fn paused(catalog: &Catalog) -> Option<String> {
    let paused: Vec<&RegionCode> = catalog.regions.iter().filter(|region| region.state == RegionState::Paused).map(|region| &region.code).collect();
    (!paused.is_empty()).then(|| format!("paused, and made up for once active again: {}", shown(&paused)))
}

/// One line per layer and kind of step.
pub fn preview_table(lines: &[PreviewLine]) -> String {
    let mut steps: BTreeMap<(&str, String), Vec<&RegionCode>> = BTreeMap::new();
    for line in lines {
        steps.entry((line.layer.as_str(), words(&line.step))).or_default().push(&line.region);
    }
    let mut table = String::new();
    for ((layer, step), regions) in steps {
        let _ = writeln!(table, "{layer}  {step} in {}", shown(&regions));
    }
    table
}

fn words(step: &PreviewStep) -> String {
    match step {
        PreviewStep::Publish => "publish".to_owned(),
        // Numbers differ from region to region.
        PreviewStep::Adopt(_) => "take the version that is there".to_owned(),
        PreviewStep::Done(_) => "nothing to do".to_owned(),
        PreviewStep::Blocked(failure) => format!("blocked ({failure})"),
    }
}

fn shown(regions: &[&RegionCode]) -> String {
    if regions.len() > NAMED_MAX {
        return format!("{} regions", regions.len());
    }
    regions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}
