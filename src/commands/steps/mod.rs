//! The stages as commands call them: over many packages at once, with progress, each failure kept
//! beside its package.

mod assemble;
mod resolve;
mod select;
mod verify;

pub use assemble::{build_all, write_attempts};
pub use resolve::resolve_rows;
pub use select::Selection;
pub use verify::verify_all;
