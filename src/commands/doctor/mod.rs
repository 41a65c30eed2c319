//! `klayers doctor`: is everything here that a run needs? And at GitHub and AWS, for the workflows?

mod cli;
mod environments;
mod explain;
mod finding;
mod login;
mod machine;
mod repository;
mod setup;
mod to_come;

pub use cli::{Args, run};
