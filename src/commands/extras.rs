//! Rows that name extras, which only the index can check.

use std::collections::BTreeSet;

use super::load::Loaded;
use crate::domain::{PackageRequest, Runtime};
use crate::report::Problem;
use crate::resolve::RowWithExtras;

/// The rows that name extras, each on one runtime that it is for.
pub fn rows_with_extras(loaded: &Loaded) -> Vec<RowWithExtras> {
    let mut seen = BTreeSet::new();
    let Some(catalog) = &loaded.catalog else { return Vec::new() };
    let rows = catalog.rows.iter().filter(|row| row.request.packages().iter().any(PackageRequest::has_extras) && seen.insert(row.location.clone()));
    rows.filter_map(|row| {
        let glibc = catalog.runtime(row.runtime)?.glibc;
        Some(RowWithExtras { request: row.request.clone(), location: row.location.clone(), runtime: row.runtime, glibc })
    })
    .collect()
}

/// A row that was published before had its extra then: the package dropped it, which must not stop
/// the others.
pub fn add_unknown_extras(loaded: &mut Loaded, problems: Vec<Problem>) {
    let published = |location: &crate::report::Location| {
        let rows = loaded.catalog.iter().flat_map(|catalog| &catalog.rows).filter(|row| row.location == *location);
        rows.map(|row| (row.runtime, row.request.normalized())).any(|key: (Runtime, _)| loaded.ledger.packages.contains_key(&key))
    };
    let problems: Vec<_> = problems.into_iter().map(|problem| if published(&problem.location) { problem.into_warning() } else { problem }).collect();
    loaded.problems.extend(problems);
}
