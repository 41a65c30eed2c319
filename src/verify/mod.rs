//! From an archive to a verified archive, or to the reasons why not.
//!
//! Looks at the bytes that will be published and believes nothing that the build says of them: an
//! archive may come from another machine. Only what passed here can be published, which the types
//! hold to: nothing else makes a [`VerifiedArchive`]. No code of a package runs.

pub mod bytecode;
mod contents;
mod fault;
mod verified;

pub use fault::Fault;
pub use verified::{VerifiedArchive, names, verify};
