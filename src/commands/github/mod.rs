//! `klayers github`: what workflows do at GitHub, a file for each.

mod catch_up;
mod cli;
mod incident;
mod rebuild;

pub use cli::{Args, run};
