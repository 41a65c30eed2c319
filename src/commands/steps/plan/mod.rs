//! What is wanted, and the plan that says what is to be made of it.
//!
//! [`SelectionArgs`] and variables of a workflow say which rows; [`resolve_rows`] finds out what each needs; the plan is
//! decided by [`crate::plan`], and handed to other machines as a file by [`write_plan`].

mod plan_file;
mod resolve;
mod selection;
mod variables;

pub use plan_file::{read_plan, write_plan};
pub use resolve::resolve_rows;
pub use selection::{Selection, SelectionArgs, known_regions, select_regions};
pub use variables::{List, list, switch, value};
