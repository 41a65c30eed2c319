//! The packages of a runtime whose newest version has no layer, or that have none at all, and why.

use std::fmt::Write as _;

use jiff::tz::TimeZone;

use super::escape::{markdown, markdown_cell};
use super::view::{PackageView, RuntimeView};
use crate::domain::{RuntimeState, one_line};
use crate::ledger::StatusState;

/// A tool's whole output is no cell of a table.
const REASON_MAX_CHARS: usize = 240;

/// Adds the section. Its head is there without rows too: it would come and go with one package and be a change of none.
/// A runtime for which nothing is built has none.
pub(super) fn section(text: &mut String, runtime: &RuntimeView<'_>) {
    match runtime.spec.state {
        RuntimeState::Active => {}
        RuntimeState::Deprecated | RuntimeState::Retired => return,
    }
    text.push_str(
        "## Not the newest version, or none\n\n\
         Packages of which the newest version could not be made, or not yet. Without rows, all is well.\n\n\
         | Package | Has | Why | Since |\n| --- | --- | --- | --- |\n",
    );
    for package in runtime.packages.iter().filter(|package| package.row.is_some()) {
        let Some((why, since)) = why(package) else { continue };
        let has = package.current().map_or_else(|| "nothing".to_owned(), |build| markdown_cell(&build.version));
        let _ = writeln!(text, "| {} | {has} | {why} | {since} |", markdown_cell(package.name.as_str()));
    }
}

fn why(package: &PackageView<'_>) -> Option<(String, String)> {
    match (package.status, package.current()) {
        (Some(status), _) => {
            let state = match status.state {
                StatusState::Failed => "failed",
                StatusState::HeldBack => "held back",
            };
            let why = format!("{state}, {}: {}", markdown_cell(&status.code), markdown(&one_line(&status.reason, REASON_MAX_CHARS)));
            Some((why, status.since.to_zoned(TimeZone::UTC).date().to_string()))
        }
        (None, Some(_)) => None,
        (None, None) if package.was_built() => Some(("no layer of it is listed any more".to_owned(), String::new())),
        (None, None) => Some(("not built yet".to_owned(), String::new())),
    }
}
