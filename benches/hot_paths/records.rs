//! The ledger: its lines, and what they amount to.

use criterion::Criterion;
use klayers::ledger::{Event, History, LEDGER_DIR};
use rayon::prelude::*;
use serde_json::Value;

use super::beside::side_by_side;
use super::generated::Service;

/// All lines of a service.
pub fn time(criterion: &mut Criterion, service: &Service) {
    let packages: Vec<&[Event]> = service.ledger.packages.values().map(|package| &package.events[..]).collect();
    let events: Vec<&Event> = packages.iter().copied().flatten().collect();
    let lines: Vec<String> = events.iter().map(|event| event.canonical()).collect();

    let retention_days = service.catalog.settings.retention_days;
    let fold = || packages.iter().map(|events| History::fold(*events, retention_days).regions.len()).sum::<usize>();
    let clone = || packages.iter().map(|events| events.to_vec().len()).sum::<usize>();
    side_by_side(criterion, "fold the lines of a service", fold, "clone them", clone);

    let canonical = || events.iter().map(|event| event.canonical().len()).sum::<usize>();
    let as_they_are = || events.iter().map(|event| serde_json::to_string(event).unwrap().len()).sum::<usize>();
    side_by_side(criterion, "write lines in canonical form", canonical, "serde_json with keys in any order", as_they_are);

    let read = || lines.iter().filter(|line| serde_json::from_str::<Event>(line).is_ok()).count();
    let values = || lines.iter().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
    side_by_side(criterion, "understand lines", read, "serde_json into values", values);

    let folder = service.folder.path().join(LEDGER_DIR);
    let whole = || klayers::ledger::read(&folder, LEDGER_DIR).unwrap();
    let files: Vec<_> = service.ledger.packages.keys().map(|(runtime, name)| folder.join(runtime.to_string()).join(name.as_str())).collect();
    let unchecked = || {
        let of_package = |folder: &std::path::PathBuf| {
            let lock = std::fs::read_to_string(folder.join("pylock.toml")).unwrap();
            let lines = std::fs::read_to_string(folder.join("events.jsonl")).unwrap();
            (lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>(), lock)
        };
        files.par_iter().map(of_package).collect::<Vec<_>>()
    };
    side_by_side(criterion, "read and check a ledger", whole, "its files into values, unchecked", unchecked);
}
