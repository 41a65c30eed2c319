//! Times what a run does most, each thing beside what one would do without us. Makes up all that it works on, asks no
//! network, and keeps to one temporary folder.
//!
//! `cargo bench --bench hot_paths`, or `scripts/bench hot-paths` for a table of ratios; a word after `--` chooses.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on should stop")]

mod archives;
mod beside;
#[path = "../../examples/generate_ledger/chance.rs"]
mod chance;
mod generated;
#[path = "../../tests/zips/layer.rs"]
mod layer;
#[path = "../../examples/generate_ledger/ledger.rs"]
#[allow(dead_code, reason = "the generator asks it for more")]
mod ledger;
#[path = "../../examples/generate_ledger/lock.rs"]
mod lock;
#[path = "../../examples/generate_ledger/month.rs"]
mod month;
mod pages;
mod records;
#[path = "../../examples/generate_ledger/service.rs"]
mod service;
mod settings;
#[path = "../../tests/common/wheel.rs"]
#[allow(dead_code, reason = "tests ask it for more")]
mod wheel;

use criterion::Criterion;
use generated::Service;

/// Of each measurement: the slowest takes a second.
const SAMPLES: usize = 20;

fn main() {
    let mut criterion = Criterion::default().sample_size(SAMPLES).without_plots().configure_from_args();
    let service = Service::new();
    records::time(&mut criterion, &service);
    archives::time(&mut criterion);
    pages::time(&mut criterion, &service);
    settings::time(&mut criterion);
    criterion.final_summary();
}
