//! What is asked for and is not as it should be.

use serde::Serialize;

use super::advice;
use super::words::{self, StateWords};
use crate::domain::{NormalizedName, one_line};
use crate::render::api_v3::status::{PackageState, PackageStatus};
use crate::render::pages::addresses;

/// Longest reason that is shown: a tool's whole output is no cell of a table.
const REASON_MAX_CHARS: usize = 240;

/// A package on a runtime that is not well.
#[derive(Debug, Serialize)]
pub struct TroubleRow<'a> {
    package: &'a str,
    /// From the top of the site.
    address: String,
    runtime: String,
    state: StateWords,
    code: &'a str,
    /// Where its words are on the page.
    anchor: Option<&'static str>,
    reason: String,
    since: String,
    /// What it has meanwhile.
    version: Option<&'a str>,
}

/// Whether a row is of something that is asked for: of all else nothing is expected.
pub fn is_asked(row: &PackageStatus<'_>) -> bool {
    row.requested
}

/// Those of `rows` that are asked for and not well.
pub fn rows<'a>(rows: &[PackageStatus<'a>]) -> Vec<TroubleRow<'a>> {
    let troubled = rows.iter().filter(|row| is_asked(row) && row.status.state != PackageState::Published);
    troubled.map(TroubleRow::new).collect()
}

/// A row's reason, short enough to be read at a glance.
pub fn reason(row: &PackageStatus<'_>) -> String {
    one_line(row.status.reason.unwrap_or(words::without_reason(row.status.state)), REASON_MAX_CHARS)
}

/// The page of a row's package.
pub fn address(row: &PackageStatus<'_>) -> String {
    let name: NormalizedName = row.subject.normalized_name.parse().expect("it is normalised");
    addresses::package(&name)
}

impl<'a> TroubleRow<'a> {
    fn new(row: &PackageStatus<'a>) -> Self {
        Self {
            package: row.subject.name,
            address: address(row),
            runtime: row.subject.runtime.clone(),
            state: words::state(row.status.state),
            code: row.status.code.unwrap_or(""),
            anchor: row.status.code.and_then(advice::anchor),
            reason: reason(row),
            since: row.status.since.map_or_else(String::new, |since| words::day(since).to_string()),
            version: row.latest_version,
        }
    }
}
