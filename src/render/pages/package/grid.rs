//! All runtimes at a glance: a row per Python, a cell per architecture.

use std::collections::BTreeSet;

use serde::Serialize;

use super::on_runtime::OnRuntime;

/// A Python.
#[derive(Debug, Serialize)]
pub struct GridRow<'a> {
    python: &'a str,
    cells: Vec<Cell<'a>>,
}

/// A runtime, or nothing where the service has none; then all of it is empty.
#[derive(Debug, Default, Serialize)]
struct Cell<'a> {
    architecture: &'a str,
    id: &'a str,
    title: &'a str,
    version: &'a str,
    word: &'a str,
    badge: &'a str,
}

/// The rows of `runtimes`, in their order.
pub fn grid<'a>(runtimes: &'a [OnRuntime<'_>]) -> Vec<GridRow<'a>> {
    // `x86_64` comes first, as everywhere.
    let architectures: BTreeSet<_> = runtimes.iter().map(|on| std::cmp::Reverse(on.architecture.as_str())).collect();
    let mut pythons: Vec<&str> = runtimes.iter().map(|on| on.python.as_str()).collect();
    pythons.dedup();
    let cell = |python: &str, architecture: &'a str| {
        let on = runtimes.iter().find(|on| on.python == python && on.architecture == architecture);
        let full = |on: &'a OnRuntime<'_>| Cell {
            architecture,
            id: &on.id,
            title: &on.title,
            version: on.version,
            word: on.situation.word,
            badge: on.situation.badge,
        };
        on.map_or_else(|| Cell { architecture, ..Cell::default() }, full)
    };
    let row = |python| GridRow { python, cells: architectures.iter().map(|architecture| cell(python, architecture.0)).collect() };
    pythons.into_iter().map(row).collect()
}
