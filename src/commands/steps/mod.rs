//! The stages as commands call them: over many packages at once, with progress, each failure kept
//! beside its package.

mod assemble;
mod publish;
mod render;
mod resolve;
mod select;
mod verify;

pub use assemble::{build_all, write_attempts};
pub use publish::{AccountArg, Wish, publish_all};
pub use render::{Outputs, render_all, trees};
pub use resolve::resolve_rows;
pub use select::Selection;
pub use verify::{failed_attempt, verify_all};
