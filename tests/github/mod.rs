//! A stand-in for GitHub's API on 127.0.0.1: the one edge that cannot exist on a test machine.
//!
//! It is stateful and small: one repository's pull requests, issues, comments, statuses, runs and starts of workflows. It
//! pages as GitHub does, keeps a log of all that was asked, and fails as it is told to. That what we ask is what the real
//! API takes is shown elsewhere, by a validator with GitHub's own description; this only answers.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

pub mod answer;
pub mod calls;
pub mod client;
pub mod fault;
pub mod routes;
pub mod server;
pub mod state;
pub mod validated;

pub use fault::{Fault, FaultKind};
pub use server::Stub;
pub use state::{Canned, Comment, Dispatch, File, Issue, Logged, Pull, Run, State, Status, User};
