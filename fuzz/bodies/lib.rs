//! What each fuzz target feeds to the program, and what must hold whatever it is fed. One body per target, called by the
//! fuzzer in `fuzz_targets/` and by `tests/fuzz.rs`, which replays the corpora and changes them a little.
//!
//! A body takes bytes and returns nothing; it panics where a promise is broken.

#![allow(dead_code, reason = "each user needs some of it")]

pub mod arn;
pub mod config;
pub mod handed_on;
#[path = "../../tests/zips/layer.rs"]
pub mod layer;
pub mod ledger;
pub mod lock;
#[path = "../../tests/zips/maker.rs"]
pub mod maker;
pub mod policy;
pub mod report;
pub mod requirement;
pub mod words;
pub mod world;
pub mod zip;
pub mod zip_made;

/// A target: its name, which is that of its corpus too, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 10] = [
    ("arn", arn::run),
    ("config", config::run),
    ("handed_on", handed_on::run),
    ("ledger", ledger::run),
    ("lock", lock::run),
    ("policy", policy::run),
    ("report", report::run),
    ("requirement", requirement::run),
    ("zip", zip::run),
    ("zip_made", zip_made::run),
];
