//! What became of every build on a runtime, and how each differs from the one before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::words;
use crate::domain::{Drift, NormalizedName, RegionCode, Requirements};
use crate::ledger::History;
use crate::render::api_v3::release::{State, before, what, yank_reason};
use crate::render::view::PackageView;

/// Most distributions of one kind that are named.
const NAMED_MAX: usize = 4;
/// Most regions that are named.
const REGIONS_MAX: usize = 3;

/// A build.
#[derive(Debug, Serialize)]
pub struct HistoryRow<'a> {
    version: String,
    published: String,
    /// What its layer versions are: mostly one thing in all regions.
    standings: Vec<Standing<'a>>,
    /// How it differs from the build before.
    changed: String,
    /// One of its ARNs.
    arn: String,
}

/// What layer versions are.
#[derive(Debug, Serialize)]
struct Standing<'a> {
    word: &'static str,
    badge: &'static str,
    /// When that began, or will end.
    when: String,
    /// Why; only of what was withdrawn.
    reason: &'a str,
    /// Where, unless it is everywhere.
    regions: String,
}

/// What a layer version is, since when, and when it expires.
type Kind = (State, Timestamp, Option<Timestamp>);

/// Everything of one build.
#[derive(Debug, Default)]
struct Found<'b> {
    standings: BTreeMap<Kind, Vec<&'b RegionCode>>,
    /// Of the foremost of its regions: where that stands among the regions that are preferred.
    arn: Option<(usize, String)>,
}

/// Every build of `history`, which is that of `package`, newest first. ARNs are of the first of the `regions` that has one.
pub fn history<'a>(today: Date, package: &PackageView<'a>, history: &History, regions: &[&RegionCode]) -> Vec<HistoryRow<'a>> {
    let mut found: Vec<Found<'_>> = history.builds.iter().map(|_| Found::default()).collect();
    for (region, versions) in &history.regions {
        let rank = regions.iter().position(|shown| *shown == region).unwrap_or(usize::MAX);
        for version in versions {
            let of_build = &mut found[version.build];
            of_build.standings.entry(what(version, today)).or_default().push(region);
            if of_build.arn.as_ref().is_none_or(|(known, _)| rank < *known) {
                of_build.arn = Some((rank, history.arn(region, version).to_string()));
            }
        }
    }
    let rows = history.builds.iter().zip(found).enumerate().map(|(number, (build, found))| {
        let published = &build.published;
        let is_one = found.standings.len() == 1;
        let mut standings: Vec<(Kind, Vec<&RegionCode>)> = found.standings.into_iter().collect();
        standings.sort_by_key(|(_, regions)| std::cmp::Reverse(regions.len()));
        let reason = |state| if state == State::Yanked { yank_reason(package.events, published.requirements_sha256).unwrap_or("") } else { "" };
        let standing = |(kind, regions): (Kind, Vec<&RegionCode>)| {
            let (word, badge) = words::state(kind.0);
            Standing { word, badge, when: when(kind, today), reason: reason(kind.0), regions: if is_one { String::new() } else { place(&regions) } }
        };
        HistoryRow {
            version: published.version.clone(),
            published: words::day(published.at),
            standings: standings.into_iter().map(standing).collect(),
            changed: changed(&package.normalized, before(history, number).map(|before| &before.requirements), &published.requirements),
            arn: found.arn.map(|(_, arn)| arn).unwrap_or_default(),
        }
    });
    let mut rows: Vec<HistoryRow<'_>> = rows.collect();
    rows.reverse();
    rows
}

fn when((state, since, expires): Kind, today: Date) -> String {
    match (state, expires) {
        (State::Latest, _) => String::new(),
        (State::Deprecated, Some(expires)) => {
            let end = words::date(expires);
            let days = today.until(end).map_or(0, |span| span.get_days());
            format!("until {end}, {days}\u{a0}{} left", if days == 1 { "day" } else { "days" })
        }
        (State::Yanked | State::Deleted, _) => format!("on {}", words::day(since)),
        (State::Deprecated | State::Expired | State::Lost, _) => format!("since {}", words::day(since)),
    }
}

fn place(regions: &[&RegionCode]) -> String {
    match regions {
        few if few.len() <= REGIONS_MAX => few.iter().map(|region| region.as_str()).collect::<Vec<_>>().join(", "),
        many => format!("{} regions", many.len()),
    }
}

/// In words, without the package itself, whose version stands beside.
fn changed(package: &NormalizedName, before: Option<&Requirements>, now: &Requirements) -> String {
    let Some(before) = before else { return "the first build".to_owned() };
    let drift = Drift::between(before, now);
    let is_other = |name: &NormalizedName| name != package;
    let own =
        |requirements: &Requirements| requirements.lines().iter().find(|line| line.split_once("==").is_some_and(|(name, _)| name == package.as_str())).cloned();
    let own_moved = own(before) != own(now) && drift.moved_major.iter().all(|moved| is_other(&moved.name));
    let others = drift.moved.saturating_sub(usize::from(own_moved && own(before).is_some() && own(now).is_some()));
    let named = |verb: &str, names: Vec<String>| {
        let more = names.len().saturating_sub(NAMED_MAX);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!names.is_empty()).then(|| format!("{verb}{}{more}", names[..names.len().min(NAMED_MAX)].join(", ")))
    };
    let pinned = |pinned: &crate::domain::Pinned| is_other(&pinned.name).then(|| format!("{} {}", pinned.name, pinned.version));
    let moved = drift.moved_major.iter().filter(|moved| is_other(&moved.name)).map(|moved| format!("{} {} → {}", moved.name, moved.from, moved.to));
    let parts = [
        named("adds ", drift.added.iter().filter_map(pinned).collect()),
        named("removes ", drift.removed.iter().filter_map(pinned).collect()),
        named("", moved.collect()),
        (others > 0).then(|| format!("{others} minor")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_told_without_the_package_itself() {
        let lines = |lines: &[&str]| Requirements::try_from(lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>()).expect("valid");
        for (before, now, expected) in [
            (&["x==1.0"][..], &["x==1.1"][..], "none"),
            (&["x==1.0"], &["x==2.0"], "none"),
            (&["a==1.0", "x==1.0"], &["a==1.1", "x==1.1"], "1 minor"),
            (&["a==1.0", "x==1.0"], &["a==2.0", "x==1.0"], "a 1.0 → 2.0"),
            (&["a==1", "c==1.0", "x==1"], &["b==2", "c==1.1", "x==2"], "adds b 2; removes a 1; 1 minor"),
            (&["x==1"], &["a==1", "b==1", "c==1", "d==1", "e==1", "x==1"], "adds a 1, b 1, c 1, d 1 and 1 more"),
        ] {
            assert_eq!(changed(&"x".parse().expect("valid"), Some(&lines(before)), &lines(now)), expected);
        }
        assert_eq!(changed(&"x".parse().expect("valid"), None, &lines(&["x==1"])), "the first build");
    }

    #[test]
    fn days_are_counted_on_the_day() {
        let at = |day: &str| format!("{day}T12:30:00Z").parse::<Timestamp>().expect("a time");
        let told = |today: &str| when((State::Deprecated, at("2026-01-01"), Some(at("2027-01-01"))), today.parse().expect("a date"));
        assert_eq!(told("2026-12-02"), "until 2027-01-01, 30\u{a0}days left");
        assert_eq!(told("2026-12-31"), "until 2027-01-01, 1\u{a0}day left");
        assert_eq!(when((State::Yanked, at("2026-05-02"), None), "2026-12-02".parse().expect("a date")), "on 2026-05-02");
    }
}
