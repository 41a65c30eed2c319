//! The stand-in for GitHub's API that tests use, as a program for scripts.
//!
//! Its first line is its address. `GET /_state` tells what it knows and what it was asked, as JSON; `PUT /_state` sets it.
//! It is no GitHub: it has one repository, and only the calls that we make. It ends with its standard input, so that none
//! is left behind.

#[path = "../tests/github/mod.rs"]
mod github;

use std::io::Write as _;

fn main() {
    let state = match std::env::args().nth(1) {
        Some(repository) => github::State { repository, ..github::State::default() },
        None => github::State::default(),
    };
    let stub = github::Stub::start(state);
    println!("{}", stub.url());
    let _ = std::io::stdout().flush();
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}
