//! An index that lies, and the hosts of its files: what they do to us, byte by byte, and what comes of it.
//!
//! The real binary is run. What it waits for is made shorter by `--http-timeout`, from which all its limits of time follow.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;
#[path = "lying_index/downloads.rs"]
mod downloads;
#[path = "lying_index/index.rs"]
mod index;
#[path = "lying_index/locks.rs"]
mod locks;
#[path = "lying_index/pages.rs"]
mod pages;
#[path = "lying_index/server.rs"]
mod server;
#[path = "lying_index/whole_hosts.rs"]
mod whole_hosts;
