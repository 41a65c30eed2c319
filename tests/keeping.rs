//! The commands that keep a service in order once it is published: withdraw, expire, audit, adopt.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "keeping/adopt.rs"]
mod adopt;
#[path = "keeping/audit.rs"]
mod audit;
mod common;
#[path = "keeping/expire.rs"]
mod expire;
#[path = "keeping/kill.rs"]
mod kill;
#[path = "keeping/world.rs"]
mod world;
#[path = "keeping/yank.rs"]
mod yank;
