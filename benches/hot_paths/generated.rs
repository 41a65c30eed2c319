//! A service that does not exist, on disk and read.

use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::Date;
use klayers::config::{self, Catalog};
use klayers::ledger::{self as record, LEDGER_DIR, Ledger};

use super::ledger::{self, Changing};
use super::service::{self, Size};

const SEED: u64 = 7;
const FIRST: &str = "2024-12-01";
const MONTHS: i64 = 24;
const SIZE: Size = Size { packages: 60, runtimes: 2, regions: 34 };

/// 120 layers in every region, published in each month of two years.
pub struct Service {
    pub folder: tempfile::TempDir,
    pub catalog: Catalog,
    pub ledger: Ledger,
    pub today: Date,
}

impl Service {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let catalog = configuration(root, SIZE);
        let first: Date = FIRST.parse().unwrap();
        let days: Vec<Date> = (0..MONTHS).map(|month| first.checked_add(month.months()).unwrap()).collect();
        ledger::run(root, &catalog, &days, Changing::Share(1.0), SEED).unwrap();
        let read = record::read(&root.join(LEDGER_DIR), LEDGER_DIR).unwrap();
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        Self { catalog, ledger: read.ledger, today: *days.last().unwrap(), folder }
    }
}

/// Writes the configuration of a service below `root`, and reads it.
pub fn configuration(root: &Path, size: Size) -> Catalog {
    service::write_config(root, size, SEED).unwrap();
    let read = config::read(root).unwrap();
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    read.catalog.unwrap()
}
