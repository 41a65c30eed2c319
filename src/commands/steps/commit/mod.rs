//! What a run did, into the record on a branch.
//!
//! [`News`] is what there is to tell; [`commit`] puts it on top of what the branch is now, renders, pushes, and does that
//! again when somebody else was faster.

mod content;
mod message;
mod news;
mod push;
mod record;

pub use news::News;
pub use push::{Branch, commit};
pub use record::record_or_report;
