//! What the tests of the binary share: a world to run it in, an index to ask, wheels to find there.

#![allow(dead_code, unused_imports, clippy::unwrap_used, reason = "shared by tests, each of which uses a part")]

pub mod index;
pub mod wheel;
pub mod world;

pub use index::{Fault, Index};
pub use wheel::Wheel;
pub use world::{Ran, World, tree};
