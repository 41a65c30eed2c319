//! Programs that we start: with a time limit, their output captured and cut.
//!
//! A [`Program`] is put together and run once. [`Program::run`] is for tools that we trust; [`Program::run_bounded`] for what
//! may run anything. Whatever was started and tried to get away is found by its [`Mark`].

mod bounded;
mod marked;
mod program;
mod run;

pub use bounded::{BOUNDED_OUTPUT_MAX_BYTES, End, Ended};
pub use marked::{Mark, alive, end_all, tasks_of};
pub use program::Program;
pub use run::{OUTPUT_MAX_BYTES, Output};
