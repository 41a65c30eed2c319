//! What tests against an AWS need: an emulator of it. A test file takes it by `#[path = "aws/mod.rs"] mod aws;`.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

pub mod emulator;

pub use emulator::Emulator;
