//! Pull requests: what a change touches, what came of building it, what is said of it, and what hostile ones get from
//! trying.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "pull/comment.rs"]
mod comment;
mod common;
#[path = "github/mod.rs"]
mod github;
#[path = "pull/hostile.rs"]
mod hostile;
#[path = "pull/proposal.rs"]
mod proposal;
#[path = "pull/steps.rs"]
mod steps;
#[path = "pull/touched.rs"]
mod touched;
#[path = "pull/words.rs"]
mod words;
