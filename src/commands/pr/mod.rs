//! `klayers pr`: what a pull request needs, a file for each step.

mod cli;
mod comment;
mod event;
mod made;
mod plan;
mod report;

pub use cli::{Args, run};
