//! The world outside the program, one door each: files, processes, HTTP, the terminal, and the way into AWS.
//!
//! Nothing else in the program names `process::Command`, `reqwest`, or a function that writes a file;
//! `tests/architecture.rs` looks. So each lesson that the world taught is learnt in one place:
//!
//! - The disk: [`files`] are read with a limit and written whole or not at all, by a name that
//!   [`files::remove_leftovers`] knows and a rename; [`listing`] follows no link; [`lock`] keeps writers apart;
//!   [`memory_folder`] is for large trees that live for a second; [`size_limit`] makes `ulimit -f` an error like a full
//!   disk.
//! - Programs: [`process`] runs one to its end, with a limit on time and output, and finds what tried to get away;
//!   [`worker`] asks one again and again; [`git`] and [`python`] are two that we know; [`sandbox`] is the box for code of
//!   strangers.
//! - Hosts: [`http`] is the one client, [`patience`] says how long it waits, [`address`] where nobody may lead it;
//!   [`id_token`] and [`aws_login`] take a job of GitHub to a role of AWS without a kept secret.
//! - People: [`terminal`] is the one way out, through which no text of a stranger steers anything; [`ask`] asks,
//!   [`progress`] shows how far work is, [`step`] writes on the page of a workflow's run.
//!
//! A door knows how to do a thing safely and says clearly when it could not: [`OutsideError`] names what was tried and
//! on what. It never knows why the thing is wanted. Begin at [`files`], which nearly everything uses, then [`process`].

pub mod address;
pub mod ask;
pub mod aws_login;
mod error;
pub mod files;
pub mod git;
pub mod http;
pub mod id_token;
pub mod listing;
pub mod lock;
pub mod memory_folder;
pub mod patience;
pub mod process;
pub mod progress;
pub mod python;
pub mod sandbox;
pub mod size_limit;
pub mod step;
pub mod terminal;
pub mod worker;

pub use error::OutsideError;
