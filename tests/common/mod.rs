//! What the tests of the binary share: a world to run it in, an index to ask, wheels to find there.

#![allow(dead_code, reason = "each test file uses a part")]

pub mod index;
pub mod wheel;
pub mod world;

pub use index::{Fault, Index};
pub use wheel::Wheel;
pub use world::{Ran, World, tree};
