//! `klayers init`: makes a fork one's own service, a file for each part of that.

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
