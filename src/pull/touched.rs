//! Which rows of the catalogue a change touches.

use std::collections::{BTreeMap, BTreeSet};

use super::Outgone;
use crate::config::{Catalog, Row};
use crate::domain::{NormalizedName, Runtime};

/// What a change touches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched<'a> {
    /// The rows to build, sorted by package and runtime.
    pub rows: Vec<&'a Row>,
    /// Packages that are touched and would be too many.
    pub left_out: Vec<NormalizedName>,
    /// Rows that were there and are not, sorted.
    pub removed: Vec<Outgone>,
}

/// Compares two catalogues. Of a base that cannot be read nothing is known, so every row counts as new.
///
/// A row is touched when it is new, when it asks for something else (versions, extras, spelling, what a bundle holds), when
/// the settings of its package differ, or when the machine of its runtime does. Settings of the whole service, of regions
/// and of publishing touch no row: what they change is not what is built. A package counts once, for however many
/// runtimes: of more than `packages_max` packages those that the base does not know at all come first, then by name.
pub fn touched<'a>(base: Option<&Catalog>, now: &'a Catalog, packages_max: usize) -> Touched<'a> {
    let before: BTreeMap<(Runtime, NormalizedName), &Row> = base.iter().flat_map(|base| &base.rows).map(|row| (key(row), row)).collect();
    let known: BTreeSet<&NormalizedName> = before.keys().map(|(_, package)| package).collect();
    let mut rows: Vec<&Row> = now.rows.iter().filter(|row| base.is_none_or(|base| differs(base, before.get(&key(row)).copied(), now, row))).collect();
    rows.sort_by_cached_key(|row| (row.request.normalized(), row.runtime));

    let mut packages: Vec<NormalizedName> = rows.iter().map(|row| row.request.normalized()).collect();
    packages.dedup();
    packages.sort_by_key(|package| known.contains(package));
    let left_out: BTreeSet<NormalizedName> = packages.split_off(packages_max.min(packages.len())).into_iter().collect();
    rows.retain(|row| !left_out.contains(&row.request.normalized()));

    let present: BTreeSet<(Runtime, NormalizedName)> = now.rows.iter().map(key).collect();
    let gone = before.into_keys().filter(|key| !present.contains(key));
    let mut removed: Vec<Outgone> = gone.map(|(runtime, package)| Outgone { package, runtime }).collect();
    removed.sort();
    Touched { rows, left_out: left_out.into_iter().collect(), removed }
}

fn key(row: &Row) -> (Runtime, NormalizedName) {
    (row.runtime, row.request.normalized())
}

fn differs(base: &Catalog, before: Option<&Row>, now: &Catalog, row: &Row) -> bool {
    let Some(before) = before else { return true };
    let package = row.request.normalized();
    let machine = |catalog: &Catalog| catalog.runtime(row.runtime).map(|spec| (spec.operating_system.clone(), spec.glibc, spec.state));
    before.request != row.request || base.package_settings(&package) != now.package_settings(&package) || machine(base) != machine(now)
}
