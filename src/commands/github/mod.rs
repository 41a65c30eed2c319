//! `klayers github`: what workflows do at GitHub, a file for each.

mod catch_up;
mod cli;
mod incident;
mod incident_words;
mod jobs;
mod rebuild;
mod wish;

pub use cli::{Args, run};
