//! What will no longer be listed next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::words;
use crate::domain::NormalizedName;
use crate::render::api_v3::expiring::ExpiringRow;
use crate::render::pages::addresses;

/// How many are shown.
const ROWS_MAX: usize = 30;
/// A month's notice.
const SOON_DAYS: i32 = 31;

/// A version of a package that goes on a day, on some of its runtimes.
#[derive(Debug, Serialize)]
pub struct GoingRow<'a> {
    package: &'a str,
    /// From the top of the site.
    address: String,
    version: &'a str,
    day: String,
    days_left: i32,
    /// Whether it is time to move on.
    is_soon: bool,
    runtimes: BTreeSet<&'a str>,
    /// In how many regions, where it is in most.
    regions: usize,
    /// What to take instead, where it is one thing.
    instead: Option<&'a str>,
    /// Whether that has the same version.
    is_newer_build: bool,
}

/// The next of `expiring`, which is sorted by time.
pub fn rows<'a>(expiring: &'a [ExpiringRow<'a>], today: Date) -> Vec<GoingRow<'a>> {
    let mut groups: BTreeMap<(Date, &str, &str), Vec<&ExpiringRow<'_>>> = BTreeMap::new();
    for row in expiring {
        let key = (words::day(row.expires_at), row.subject.normalized_name, row.version);
        if groups.len() >= ROWS_MAX && !groups.contains_key(&key) {
            // Later days come later; of the last day all must be seen to be sorted.
            if groups.keys().next_back().is_some_and(|(day, _, _)| *day < key.0) {
                break;
            }
        }
        groups.entry(key).or_default().push(row);
    }
    groups.into_iter().take(ROWS_MAX).map(|((day, name, version), rows)| going(day, name, version, &rows, today)).collect()
}

fn going<'a>(day: Date, name: &str, version: &'a str, rows: &[&'a ExpiringRow<'a>], today: Date) -> GoingRow<'a> {
    let name: NormalizedName = name.parse().expect("it is normalised");
    let first = rows.first().and_then(|row| row.latest_version);
    let instead = first.filter(|_| rows.iter().all(|row| row.latest_version == first));
    let days_left = words::days_between(today, day);
    GoingRow {
        package: rows.first().map_or("", |row| row.subject.name),
        address: addresses::package(&name),
        version,
        day: day.to_string(),
        days_left,
        is_soon: days_left <= SOON_DAYS,
        runtimes: rows.iter().map(|row| row.subject.runtime.as_str()).collect(),
        regions: rows.iter().map(|row| row.regions.len()).max().unwrap_or(0),
        instead,
        is_newer_build: instead == Some(version),
    }
}
