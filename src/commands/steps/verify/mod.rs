//! From built archives to verified ones: rules, and one import of each in a box.
//!
//! Begin at [`verify_and_import`]. The Pythons that it needs are found once, by [`Pythons`]; a runtime's own packages, which
//! layers are imported beside, are unpacked once.

mod check_args;
mod import_tests;
mod pythons;
mod runtime_packages;
mod testers;
mod unpacked_packages;
mod verify_all;
mod verify_clock;

pub use check_args::{CheckArgs, ImportTestArg, IsolationArg};
pub use import_tests::ThroughClient;
pub use pythons::Pythons;
pub use verify_all::{refusal, rules, verify_all, verify_and_import};
pub use verify_clock::VerifyClock;
