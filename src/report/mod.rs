//! Problems: what is wrong with the data that people gave us, said so that they can mend it.
//!
//! A problem is collected, never thrown; all problems of a run are shown together, sorted by file
//! and line. The same problem prints as text, as JSON, and as a GitHub annotation. Nothing here
//! decides what is wrong: modules that read data do.

mod print;
mod problem;

pub use crate::domain::printable;
pub use print::{Format, Printed};
pub use problem::{Location, Problem, Problems, Severity};
