//! One file per command: reads inputs, calls the stages, writes outputs, reports.
//!
//! The rules live in the stages; here is only the order in which they are called. `main` maps the
//! [`Outcome`] to an exit code.

mod adopt;
mod audit;
mod build;
mod check;
mod cli;
mod clock;
mod commit;
mod common_args;
mod context;
mod deploy;
mod doctor;
mod error_text;
mod examples;
mod expire;
mod extras;
mod github;
mod init;
mod load;
mod lost_versions;
mod outcome;
mod papers;
mod parse;
mod places;
mod plan;
mod pr;
mod publish;
mod record;
mod render;
mod revision;
mod run;
mod serve;
mod shell;
mod steps;
mod summary;
mod tools;
mod verify;
mod yank;

pub use cli::Cli;
pub use error_text::error_text;
pub use outcome::Outcome;
