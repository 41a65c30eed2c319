//! From planned builds to archives in a folder, with what came of each beside them.
//!
//! Begin at [`build_all()`]: distributions that have only their source become wheels first, then all wheels are fetched, each
//! once for all, then each layer is assembled. [`make()`] verifies what was built at once, for whoever needs no hand-off
//! between machines, and [`build_by_name`] needs no plan.

mod assemble_failure;
mod assembler;
mod attempts;
mod build_all;
mod build_clock;
mod by_name;
mod fetch;
mod make;
mod source_build;
mod tell_failures;
mod wheels_from_source;

pub use attempts::{Checked, is_of, note_checks, read_attempts, write_attempts};
pub use build_all::build_all;
pub use build_clock::whole_seconds;
pub use by_name::{BuiltByName, ByName, build_by_name};
pub use fetch::fetch;
pub use make::make;
pub use tell_failures::{Failures, tell_failures};
