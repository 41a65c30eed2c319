//! Problems: what is wrong with the data that people gave us, said so that they can mend it.
//!
//! A [`Problem`] has a [`Location`], a code that never changes, a fact and an action. [`Problems`] are those of a run:
//! collected, never thrown, because whoever is told of one mistake at a time has to ask once for each. They are shown
//! together, sorted by file and line, and [`Printed`] as text, as JSON, or as
//! [annotations of GitHub](https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands), which
//! stand beside the line in a pull request.
//!
//! A problem is the fault of the data and ends a command with 1. What the world fails with is an error (mostly
//! [`OutsideError`](crate::outside::OutsideError)), thrown at once, and ends it with 2. Where a rule is newer than the
//! data, [`Problems::ratchet`] makes warnings of what was wrong before a change, so that nobody has to mend what others
//! wrote.
//!
//! Begin at [`Problem`]. Nothing here decides what is wrong: the modules that read data do, each with an enum such as
//! [`ConfigProblem`](crate::config::ConfigProblem), whose variants become problems.

mod print;
mod problem;

pub use crate::domain::printable;
pub use print::{Format, Printed};
pub use problem::{Location, Problem, Problems, Severity};
