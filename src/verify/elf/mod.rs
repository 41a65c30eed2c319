//! Whether the compiled files of a layer will load on the machine that it is for.
//!
//! Reads ELF files, executes nothing, so any machine can judge layers of either architecture. A file
//! is read once ([`read`]); the files of a layer are judged together ([`faults`]), because a library
//! that one of them needs may be another. What the runtime has itself is data: `images.toml`.
//!
//! Tables are found as the loader finds them, by program headers: section headers may be stripped.

mod fault;
mod image;
mod judge;
mod load;
mod read;
mod search;
mod tables;
mod version;

pub use fault::{ElfFault, ElfFaultKind};
pub use image::Image;
pub use judge::{faults, faults_of_zip};
pub use read::{ElfContent, ElfFile, Loadable, RequiredVersion, read};
