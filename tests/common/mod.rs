//! What the tests of the binary share: a world to run it in, an index to ask, wheels to find there.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

pub mod elf;
pub mod index;
pub mod sdist;
pub mod server;
pub mod wheel;
pub mod world;

pub use elf::Elf;
pub use index::{Fault, Index};
pub use sdist::Sdist;
pub use server::Server;
pub use wheel::{Wheel, unzip};
pub use world::{Ran, TestedRuntime, World, git, tree, tree_without};
