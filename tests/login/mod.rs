//! What a job of GitHub Actions has, for tests of logging in.

#![allow(dead_code, unused_imports, reason = "not every test needs all of it")]

mod spent;
mod token_endpoint;

pub use spent::SpentCredentials;
pub use token_endpoint::{BEARER, SIGNATURE, TokenEndpoint, claims_of};
