//! What strangers' texts do on their way out: one list of them, in every field that a stranger can fill, through the real
//! binary; and each way out looked at as bytes, and read by a reader that is not ours.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "browser/build.rs"]
#[allow(dead_code, reason = "visitors of the site see more of a build")]
mod build;
#[path = "hostile_texts/commands.rs"]
mod commands;
mod common;
#[path = "hostile_texts/ledger.rs"]
mod ledger;
#[path = "hostile_texts/long.rs"]
mod long;
#[path = "hostile_texts/outputs.rs"]
mod outputs;
#[path = "hostile_texts/said.rs"]
mod said;
#[path = "hostile_texts/service.rs"]
mod service;
