//! Reads a report of strangers. What is wrong with one is told without a byte of it.

use super::{REPORT_MAX_BYTES, Report, SCHEMA};
use crate::domain::{Drift, NormalizedName};

/// Most problems that a report lists.
pub(super) const PROBLEMS_MAX: usize = 50;
/// Most layers of a report: twenty packages for as many runtimes.
pub(super) const LAYERS_MAX: usize = 400;
/// Most rows or packages that a report only names.
pub(super) const NAMED_MAX: usize = 100;
/// Most distributions of one layer.
pub(super) const REQUIREMENTS_MAX: usize = 500;
/// Longest name or line of a requirement, in bytes.
const NAME_MAX_BYTES: usize = 200;

/// Why there is no report to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// None was made.
    #[error("the run made no report")]
    Missing,
    /// It is larger than reports are.
    #[error("the report is larger than {REPORT_MAX_BYTES} bytes, so it was not read")]
    TooLarge,
    /// It is not JSON.
    #[error("the report cannot be read: it is not JSON")]
    NotJson,
    /// It has fields that reports have not, lacks some, or they are of another form.
    #[error("the report cannot be read: its fields are not those of a report")]
    OtherForm,
    /// It has more entries than reports have, or longer ones, or they are out of order.
    #[error("the report cannot be read: it has entries that no report has")]
    TooMuch,
}

/// Reads a report.
///
/// # Errors
/// Why it cannot be read; nothing of what it says.
pub fn read(bytes: &[u8]) -> Result<Report, NoReport> {
    if bytes.len() as u64 > REPORT_MAX_BYTES {
        return Err(NoReport::TooLarge);
    }
    let report: Report = serde_json::from_slice(bytes).map_err(|error| if error.is_data() { NoReport::OtherForm } else { NoReport::NotJson })?;
    if report.schema != SCHEMA {
        return Err(NoReport::OtherForm);
    }
    if is_bounded(&report) { Ok(report) } else { Err(NoReport::TooMuch) }
}

fn is_bounded(report: &Report) -> bool {
    let counts = report.problems.first.len() <= PROBLEMS_MAX
        && report.layers.len() <= LAYERS_MAX
        && report.removed.first.len() <= NAMED_MAX
        && report.left_out.first.len() <= NAMED_MAX;
    let sums = report.problems.count >= report.problems.first.len() as u64
        && report.removed.count >= report.removed.first.len() as u64
        && report.left_out.count >= report.left_out.first.len() as u64;
    let mut names = report.layers.iter().map(|layer| &layer.package).chain(report.removed.first.iter().map(|row| &row.package)).chain(&report.left_out.first);
    let is_sorted = report.layers.is_sorted_by(|one, next| (&one.package, one.runtime) < (&next.package, next.runtime));
    counts && sums && is_sorted && names.all(is_short) && report.layers.iter().all(has_bounded_contents)
}

fn has_bounded_contents(layer: &super::LayerReport) -> bool {
    let super::LayerOutcome::Good(contents) = &layer.outcome else { return true };
    let lines = contents.requirements.lines();
    lines.len() <= REQUIREMENTS_MAX && lines.iter().all(|line| line.len() <= NAME_MAX_BYTES) && contents.drift.as_ref().is_none_or(is_bounded_drift)
}

fn is_bounded_drift(drift: &Drift) -> bool {
    let pinned = drift.added.iter().chain(&drift.removed);
    let moved = drift.moved_major.iter();
    let is_few = drift.added.len().max(drift.removed.len()).max(drift.moved_major.len()) <= REQUIREMENTS_MAX;
    is_few
        && pinned.clone().all(|one| is_short(&one.name) && one.version.len() <= NAME_MAX_BYTES)
        && moved.clone().all(|one| is_short(&one.name) && one.from.len().max(one.to.len()) <= NAME_MAX_BYTES)
}

fn is_short(name: &NormalizedName) -> bool {
    name.as_str().len() <= NAME_MAX_BYTES
}
