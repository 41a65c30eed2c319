//! What a commit of the record says: how much of what.

use std::collections::BTreeSet;

use crate::commands::steps::value;
use crate::domain::RegionCode;
use crate::ledger::{Event, Ledger};

/// The first line: what `after` tells that `before` did not.
pub fn subject(before: &Ledger, after: &Ledger) -> String {
    let (mut builds, mut regions) = (0, BTreeSet::<&RegionCode>::new());
    let (mut expired, mut lost, mut found, mut withdrawn) = (0, 0, 0, 0);
    for event in new_events(before, after) {
        match event {
            Event::Published(published) | Event::Adopted(published) => {
                builds += 1;
                regions.extend(published.regions.keys());
            }
            Event::Yanked(_) | Event::Unyanked(_) => withdrawn += 1,
            Event::Deleted(affected) => expired += affected.regions.len(),
            Event::Lost(affected) => lost += affected.regions.len(),
            Event::Found(affected) => found += affected.regions.len(),
        }
    }
    let published = (builds > 0).then(|| format!("{} in {}", counted(builds, "layer"), counted(regions.len(), "region")));
    let others = [(expired, "deleted"), (lost, "lost"), (found, "found again")];
    let others = others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{} {what}", counted(*count, "layer version")));
    let withdrawn = (withdrawn > 0).then(|| format!("{} withdrawn or back", counted(withdrawn, "build")));
    let parts: Vec<String> = published.into_iter().chain(others).chain(withdrawn).collect();
    match parts.as_slice() {
        [] if before.status != after.status => "Record what failed and what is held back".to_owned(),
        [] => "Render deployments as of today".to_owned(),
        parts => format!("Record {}", parts.join(", ")),
    }
}

/// The whole message. `run` is where the log of the run is.
pub fn message(subject: &str, run: Option<&str>) -> String {
    run.map_or_else(|| format!("{subject}\n"), |run| format!("{subject}\n\n{run}\n"))
}

/// Where the log of our run is, if GitHub runs us.
///
/// # Errors
/// When a variable is no text.
pub fn run_address() -> anyhow::Result<Option<String>> {
    let parts = [value::<String>(None, "GITHUB_SERVER_URL")?, value(None, "GITHUB_REPOSITORY")?, value(None, "GITHUB_RUN_ID")?];
    let [Some(server), Some(repository), Some(run)] = parts else { return Ok(None) };
    Ok(Some(format!("{server}/{repository}/actions/runs/{run}")))
}

fn new_events<'a>(before: &'a Ledger, after: &'a Ledger) -> impl Iterator<Item = &'a Event> {
    after.packages.iter().flat_map(|(key, package)| {
        let known = before.packages.get(key).map_or(&[][..], |package| &package.events);
        package.events.iter().filter(move |event| !known.contains(event))
    })
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Affected, PackageLedger, example};

    #[test]
    fn it_counts_what_is_new() {
        let published = |at: &str, version: &str, regions: &[(&str, u64)]| Event::Published(example::published(at, &format!("x=={version}"), regions));
        let affected = |regions: &[(&str, u64)]| Affected {
            at: "2026-03-01T00:00:00Z".parse().unwrap(),
            layer: "K-p313-x".parse().unwrap(),
            regions: regions.iter().map(|(region, number)| (region.parse().unwrap(), *number)).collect(),
        };
        let first = published("2026-01-01T00:00:00Z", "1", &[("eu-west-1", 1), ("us-east-1", 1)]);
        let with = |events: &[Event]| Ledger {
            packages: [(("p3.13".parse().unwrap(), "x".parse().unwrap()), PackageLedger { events: events.to_vec(), lock: None })].into(),
            ..Ledger::default()
        };
        let old = with(std::slice::from_ref(&first));
        let second = published("2026-02-01T00:00:00Z", "2", &[("eu-west-1", 2)]);
        for (new, expected) in [
            (vec![], "Render deployments as of today"),
            (vec![second.clone()], "Record 1 layer in 1 region"),
            (vec![second.clone(), published("2026-02-02T00:00:00Z", "3", &[("us-east-1", 3)])], "Record 2 layers in 2 regions"),
            (
                vec![second, Event::Deleted(affected(&[("eu-west-1", 1), ("us-east-1", 1)])), Event::Lost(affected(&[("eu-west-1", 2)]))],
                "Record 1 layer in 1 region, 2 layer versions deleted, 1 layer version lost",
            ),
        ] {
            assert_eq!(subject(&old, &with(&[vec![first.clone()], new].concat())), expected);
        }
        assert_eq!(message("One", Some("https://host/run")), "One\n\nhttps://host/run\n");
    }
}
