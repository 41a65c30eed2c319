//! What tests against an AWS need: an emulator of it, and a proxy that disturbs. A test file takes both by
//! `#[path = "aws/mod.rs"] mod aws;`.

#![allow(dead_code, unused_imports, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

pub mod archive;
pub mod emulator;
pub mod fault;
pub mod fault_proxy;
pub mod request_log;

pub use archive::zip;
pub use emulator::Emulator;
pub use fault::{Fault, Faults};
pub use fault_proxy::FaultProxy;
pub use request_log::Asked;
