//! From an archive to a verified archive, or to the reasons why not.
//!
//! [`verify()`] reads `<name>.zip`, its manifest and its papers from a folder and returns a [`VerifiedArchive`], or
//! every [`Fault`] as a problem. It is two steps, because an import comes in between: [`inspect`] looks at everything
//! but the import and gives an [`Inspected`]; [`import_test`] runs the layer in a box; [`Inspected::record`] notes how
//! that went, and [`Inspected::accept`] says whether it is enough under these [`Rules`].
//!
//! "Verified" means: the zip can be unpacked in one way only, to no more than AWS takes, with every file below
//! `python/`; its order, dates and modes depend on neither day nor machine; every file is what a `RECORD` says, but for
//! bytecode, which it may leave out; every compiled file will [load](elf) on the runtime's machine; its [bytecode] is
//! of the sources beside it; and the requested packages were imported, as far as the rules want it. It says nothing
//! about what the code does.
//!
//! Two ideas. It looks at the bytes that will be published and believes nothing that the build says of them, because an
//! archive may come from another machine, which ran code of strangers; the import alone is taken from the manifest,
//! since it cannot be seen. And the type is the gate: nothing else makes a [`VerifiedArchive`], and nothing else can be
//! published, so no caller can forget to check. Begin at [`inspect`] in `src/verify/verified.rs`, then `contents.rs`.
//!
//! Code of packages runs in [`import_test`] alone. Nothing here mends an archive.

mod archives;
pub mod bytecode;
mod contents;
pub mod elf;
mod fault;
pub mod import_test;
mod installed;
mod rules;
mod verified;

pub use archives::{names, without_manifest};
pub use fault::Fault;
pub use installed::{Installed, InstalledError, installed};
pub use rules::{Platform, Rules};
pub use verified::{Inspected, VerifiedArchive, inspect, verify};
