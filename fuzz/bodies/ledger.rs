//! The record of a package: `events.jsonl`, `status.json`, `build-times.json` and `last-run.json`, divided by form feeds. What is
//! understood is the same when it is written out, and what it amounts to does not depend on where runs ended.

use std::collections::BTreeSet;

use klayers::ledger::{self, Event, History, VersionState};
use klayers::outside::files;

use super::{words, world};

const PACKAGE: &str = "p3.13/x/events.jsonl";

pub fn run(bytes: &[u8]) {
    let [events, status, build_times, last_run] = world::parts(bytes);
    let folder = world::folder();
    for (name, bytes) in [(PACKAGE, events), ("p3.13/status.json", status), ("p3.13/build-times.json", build_times), ("last-run.json", last_run)] {
        world::put(folder.path(), name, bytes);
    }
    let read = ledger::read(folder.path(), "pipeline/ledger").expect("the folder can be read");
    let lines = 2 + bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
    words::hold_all(&read.problems, lines);
    let Some(package) = read.ledger.packages.values().next() else { return };
    let events = &package.events;

    let text: String = events.iter().map(Event::canonical).collect();
    assert_eq!(text.lines().count(), events.len());
    let half: String = events[..events.len() / 2].iter().map(Event::canonical).collect();
    for (text, expected) in [(&text, &events[..]), (&half, &events[..events.len() / 2])] {
        world::put(folder.path(), PACKAGE, text.as_bytes());
        let again = ledger::read(folder.path(), "pipeline/ledger").expect("the folder can be read").ledger;
        assert_eq!(again.packages.values().next().map_or(&[][..], |package| &package.events), expected);
    }
    assert!(files::names(folder.path()).is_ok_and(|names| names.iter().all(|name| name == "p3.13" || name == "last-run.json")));
    for retention_days in [1, 365, 36_500] {
        fold(events, retention_days);
        fold(&events[..events.len() / 2], retention_days);
    }
}

fn fold(events: &[Event], retention_days: u32) {
    let history = History::fold(events, retention_days);
    for (region, versions) in &history.regions {
        assert!(versions.iter().filter(|version| version.state == VersionState::Latest).count() <= 1, "two are the latest of {region}");
        assert!(versions.iter().all(|version| version.build < history.builds.len()));
        // Whatever was deleted, lost or withdrawn is in no list on any day.
        for day in ["1970-01-01", "2026-05-01", "9999-12-31"] {
            let listed: Vec<_> = history.listed(region, day.parse().expect("a day")).collect();
            assert!(listed.iter().all(|version| matches!(version.state, VersionState::Latest | VersionState::Deprecated { .. })));
        }
        assert_eq!(history.latest(region).is_some(), versions.iter().any(|version| version.state == VersionState::Latest));
    }
    let mut deleted = BTreeSet::new();
    for event in events {
        if let Event::Deleted(affected) = event {
            deleted.extend(affected.regions.iter().map(|(region, &number)| (affected.layer.clone(), region.clone(), number)));
        }
    }
    for (region, versions) in &history.regions {
        for version in versions {
            let layer = history.builds[version.build].published.layer.clone();
            if deleted.contains(&(layer, region.clone(), version.number)) {
                assert!(matches!(version.state, VersionState::Deleted { .. }), "{version:?}");
            }
        }
    }
}
