//! HTTP: one client, bounded in time and size, with errors that name the host.
//!
//! What answers is not trusted: neither with time (`src/outside/patience.rs`), nor with memory, nor with where it sends
//! us next (`src/outside/address.rs`).

mod client;
mod failure;
mod names;
mod redirects;

pub use client::{Download, Http, Looked, Network};
pub use names::{host, named, without_credentials};
