//! The folder of the configuration: `klayers.toml`, `regions.csv` and `packages.csv`, divided by form feeds. Each problem has its
//! place, and what is right is unique.

use std::collections::BTreeSet;

use klayers::config::{self, CONFIG_DIR};

use super::{words, world};

pub fn run(bytes: &[u8]) {
    let [settings, regions, packages] = world::parts(bytes);
    let folder = world::folder();
    for (name, bytes) in [("klayers.toml", settings), ("regions.csv", regions), ("packages.csv", packages)] {
        world::put(folder.path(), &format!("{CONFIG_DIR}/{name}"), bytes);
    }
    let read = config::read(folder.path()).expect("the folder can be read");
    let lines = 2 + [settings, regions, packages].iter().flat_map(|part| part.iter()).filter(|&&byte| byte == b'\n').count() as u64;
    words::hold_all(&read.problems, lines);
    let Some(catalog) = read.catalog else {
        assert!(read.problems.has_errors());
        return;
    };
    assert!(catalog.rows.is_sorted_by_key(|row| (row.runtime, row.request.normalized())));
    let layers: BTreeSet<_> = catalog.rows.iter().map(|row| &row.layer).collect();
    assert_eq!(layers.len(), catalog.rows.len(), "two rows make one layer");
    let regions: BTreeSet<_> = catalog.regions.iter().map(|region| &region.code).collect();
    assert_eq!(regions.len(), catalog.regions.len());
    for row in &catalog.rows {
        assert_eq!(row.request.to_string().parse().as_ref(), Ok(&row.request));
    }
    for file in catalog.runtimes.iter().flat_map(|runtime| &runtime.package_files) {
        let is_told = file.contains(['/', '\\']) || file.starts_with('.');
        assert!(!is_told || read.problems.has_errors(), "{file}");
    }
}
