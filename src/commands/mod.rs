//! One file per command: reads inputs, calls the stages, writes outputs, reports.
//!
//! [`Cli`] is the command line, as clap reads it; [`Cli::run`] makes the `Context` (the root folder, the time, how to
//! speak) and calls the command. Each file has its `Args`, whose sentences are its help, and a function `run`, which is
//! the order of the stages and nothing else, in at most 120 lines; what several commands do in the same way is in
//! `src/commands/steps/`. `main` maps the [`Outcome`] to an exit code, and prints an error as [`error_text()`] says it. Begin
//! at `src/commands/run.rs`, where every stage but the last is called once.
//!
//! The same stages run in one process (`run`) or as commands on several machines (`plan`, `build`, `verify`, `publish`,
//! `record`, `render`, `deploy`), with a file between each two. That is not only for speed: what runs code of packages
//! has no credentials, and what has credentials runs none, so `run` takes no account of AWS.
//!
//! The rules live in the stages, never here. Data goes to standard output and words to standard error; a command that
//! is run twice does nothing the second time.

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
