//! What the machine can do to us: disks that are full or may not be written, outputs that nobody reads, kills between any two operations
//! on files, a loss of power, others who do the same at once, clocks that are wrong, and a cache that somebody edits.
//!
//! What was recorded stays recorded, what has its name is whole, and the same command again ends where an undisturbed one does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "faults/at_once.rs"]
mod at_once;
#[path = "faults/cache.rs"]
mod cache;
#[path = "faults/clock.rs"]
mod clock;
mod common;
#[path = "faults/full_disk.rs"]
mod full_disk;
#[path = "faults/killed.rs"]
mod killed;
#[path = "faults/power.rs"]
mod power;
#[path = "faults/read_only.rs"]
mod read_only;
#[path = "faults/service.rs"]
mod service;
#[path = "faults/streams.rs"]
mod streams;
#[path = "faults/trace.rs"]
mod trace;
