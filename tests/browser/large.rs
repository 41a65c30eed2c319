//! A service of a thousand packages, made up by `examples/generate_ledger`.

use jiff::civil::Date;

use super::common::World;
use super::ledger::{self, Changing};
use super::service::{self, Size};

/// All runtimes, since the index has each of them, and few regions: files of answers take the time.
const SIZE: Size = Size { packages: 1000, runtimes: 6, regions: 3 };
const SEED: u64 = 7;
const MONTHS: [&str; 2] = ["2026-10-01", "2026-11-01"];
/// A share of packages has a new release in a month.
const CHANGING: f64 = 0.3;

/// The world, which has no site yet.
pub fn world() -> World {
    let world = World::new(&[]);
    let root = world.path("");
    service::write_config(&root, SIZE, SEED).unwrap();
    let catalog = klayers::config::read(&root).unwrap().catalog.unwrap();
    let days: Vec<Date> = MONTHS.iter().map(|day| day.parse().unwrap()).collect();
    ledger::run(&root, &catalog, &days, Changing::Share(CHANGING), SEED).unwrap();
    world
}
