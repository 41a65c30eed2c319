//! `klayers github`: what workflows do at GitHub, a file for each.
//!
//! `incident.rs` keeps the one issue that tells of failures, `catch_up.rs` starts a run that is due and did not happen,
//! `rebuild.rs` answers `/rebuild`. `jobs.rs` reads how a workflow's other jobs ended, `wish.rs` what a comment asks
//! for. Begin at `cli.rs`.
//!
//! Comments, and what failed, are words of strangers: what somebody asks for is made words of ours or refused, before
//! anything is started with it, and only who may write to the repository is listened to.

mod catch_up;
mod cli;
mod incident;
mod incident_words;
mod jobs;
mod rebuild;
mod wish;

pub use cli::{Args, run};
