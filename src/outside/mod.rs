//! The world outside the program, one door each: files, processes, HTTP, the terminal, and the way into AWS.
//!
//! Nothing else in the program names `std::process`, `reqwest`, or a function that writes a file.
//! A door knows how to do a thing safely and says clearly when it could not; it never knows why the
//! thing is wanted.

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
pub mod processes;
pub mod progress;
pub mod python;
pub mod sandbox;
pub mod step;
pub mod worker;

pub use error::OutsideError;
