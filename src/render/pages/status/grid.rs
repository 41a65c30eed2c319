//! Every package on every runtime that is shown, as a grid: short, because there are thousands of cells.

use std::collections::BTreeMap;

use serde::Serialize;

use super::words::{self, StateWords};
use super::{advice, trouble};
use crate::domain::Runtime;
use crate::render::api_v3::status::{PackageState, PackageStatus};
use crate::render::pages::choices::shown_runtimes;
use crate::render::view::View;

/// The grid.
#[derive(Debug, Serialize)]
pub struct Grid<'a> {
    /// The newest Python first.
    columns: Vec<Column>,
    rows: Vec<GridRow<'a>>,
}

#[derive(Debug, Serialize)]
struct Column {
    python: String,
    architecture: String,
}

#[derive(Debug, Serialize)]
struct GridRow<'a> {
    package: &'a str,
    /// From the top of the site.
    address: String,
    cells: Vec<Cell<'a>>,
}

/// Of a package on a runtime: its version, and if it is not well, why; nothing when nobody asked for it.
#[derive(Debug, Clone, Default, Serialize)]
struct Cell<'a> {
    version: Option<&'a str>,
    /// Nothing when it is well.
    trouble: Option<Trouble<'a>>,
}

#[derive(Debug, Clone, Serialize)]
struct Trouble<'a> {
    state: StateWords,
    code: &'a str,
    /// Where its words are on the page.
    anchor: Option<&'static str>,
    reason: String,
}

impl<'a> Grid<'a> {
    /// The grid of `rows`, which are all of `view`, sorted by package.
    pub fn new(view: &View<'_>, rows: &[PackageStatus<'a>]) -> Self {
        let runtimes: Vec<_> = shown_runtimes(view).collect();
        // Within a Python x86_64 stays first.
        let mut runtimes: Vec<_> = runtimes.into_iter().map(|runtime| runtime.spec.runtime).collect();
        runtimes.sort_by_key(|runtime| (std::cmp::Reverse(runtime.python), runtime.architecture));
        let columns: BTreeMap<String, usize> = runtimes.iter().enumerate().map(|(column, runtime)| (runtime.to_string(), column)).collect();
        let mut grid: Vec<GridRow<'a>> = Vec::new();
        let mut last = "";
        for row in rows {
            let Some(&column) = columns.get(&row.subject.runtime) else { continue };
            if row.subject.normalized_name != last || grid.is_empty() {
                last = row.subject.normalized_name;
                grid.push(GridRow { package: row.subject.name, address: trouble::address(row), cells: vec![Cell::default(); columns.len()] });
            }
            if let Some(of_package) = grid.last_mut() {
                of_package.cells[column] = Cell::new(row);
            }
        }
        let column = |runtime: &Runtime| Column { python: runtime.python.to_string(), architecture: runtime.architecture.to_string() };
        Self { columns: runtimes.iter().map(column).collect(), rows: grid }
    }
}

impl<'a> Cell<'a> {
    fn new(row: &PackageStatus<'a>) -> Self {
        // Nobody waits for what nobody asks for any more.
        let is_well = row.status.state == PackageState::Published || !row.requested;
        let code = row.status.code.unwrap_or("");
        let told = || Trouble { state: words::state(row.status.state), code, anchor: advice::anchor(code), reason: trouble::reason(row) };
        Self { version: row.latest_version, trouble: (!is_well).then(told) }
    }
}
