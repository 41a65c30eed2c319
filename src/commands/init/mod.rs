//! `klayers init`: makes a fork one's own service, a file for each part of that.
//!
//! `cli.rs` has the steps in order: `answers.rs` asks for what was not given, `wishes.rs` understands it or says
//! everything that is wrong with it at once (`faults.rs`), `record.rs` tells whose record lies in the fork,
//! `changes.rs` prepares all that is written and removed, and `manual.rs` prints what is left for an administrator, as
//! commands to copy. Begin at `cli.rs`.
//!
//! Nothing is written unless all of it is right, and the result is checked as `klayers check` does before its first
//! byte is written; the same call again changes nothing. It never asks AWS or GitHub, and has no credentials.

mod answers;
mod changes;
mod cli;
mod faults;
mod manual;
mod owners;
mod record;
mod repository;
mod wishes;

pub use cli::{Args, run};
pub use repository::repository;
