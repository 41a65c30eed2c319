//! Does a package import under the runtime's Python, with nothing but the layer and the runtime's own packages?
//!
//! The one place where code of packages runs: in a box of [`crate::outside::sandbox`], with Lambda's folders,
//! path and environment, never in a process that holds anything. Nothing that it prints is believed or shown as
//! it is.

mod environment;
mod names;
mod report;
mod request;
mod sdk;
mod tester;
mod text;
mod unpack;

pub use crate::assemble::import_outcome::{Cause, Conditions, Failure, FoundPackage, ImportOutcome, Passed, Seconds, Stage};
pub use names::{NAMES_MAX, OwnFiles, import_names, is_import_name};
pub use sdk::RuntimeSdk;
pub use tester::{ImportTest, Tester};
pub use unpack::unpack;
