//! From an archive to a verified archive, or to the reasons why not.
//!
//! Looks at the bytes that will be published and believes nothing that the build says of them: an
//! archive may come from another machine. Only what passed here can be published, which the types
//! hold to: nothing else makes a [`VerifiedArchive`]. Code of packages runs in `import_test` alone, in a box.

pub mod bytecode;
mod contents;
pub mod elf;
mod fault;
pub mod import_test;
mod installed;
mod rules;
mod verified;

pub use fault::Fault;
pub use installed::{Installed, InstalledError, installed};
pub use rules::{Platform, Rules};
pub use verified::{Inspected, VerifiedArchive, inspect, names, verify};
