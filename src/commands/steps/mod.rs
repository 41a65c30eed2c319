//! The stages as commands call them: over many packages at once, with progress, each failure kept
//! beside its package.

mod assemble;
mod attempts;
mod fetch;
mod make;
mod publish;
mod render;
mod resolve;
mod select;
mod verify;

pub use assemble::build_all;
pub use attempts::{pass_on_attempts, write_attempts};
pub use make::build_and_verify;
pub use publish::{AccountArg, Publishing, publish_all};
pub use render::{Outputs, remove_half_stamps, render_all, trees};
pub use resolve::resolve_rows;
pub use select::Selection;
pub use verify::{refusal, verify_all};
