//! What people wrote.

use criterion::Criterion;
use klayers::config::CONFIG_DIR;

use super::beside::side_by_side;
use super::generated::configuration;
use super::service::Size;

const SIZE: Size = Size { packages: 1000, runtimes: 8, regions: 34 };

/// 1,000 rows for eight runtimes.
pub fn time(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    assert_eq!(configuration(root, SIZE).rows.len(), SIZE.packages * SIZE.runtimes);
    let config = root.join(CONFIG_DIR);
    let parsed = || {
        let settings: toml::Table = std::fs::read_to_string(config.join("klayers.toml")).unwrap().parse().unwrap();
        let rows = ["regions.csv", "packages.csv"].map(|name| csv::Reader::from_path(config.join(name)).unwrap().into_records().map(Result::unwrap).count());
        (settings, rows)
    };
    side_by_side(criterion, "read and check a configuration", || klayers::config::read(root).unwrap(), "toml and csv, unchecked", parsed);
}
