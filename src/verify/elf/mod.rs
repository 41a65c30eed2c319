//! Whether the compiled files of a layer will load on the machine that it is for.
//!
//! A file is read once ([`read()`]): an [`ElfFile`], with what it needs of the loader and of libraries. The files of a
//! layer are judged together ([`faults`]), because a library that one of them needs may be another; each [`ElfFault`]
//! says what would not load. What the runtime has itself is an [`Image`], and data: `images.toml`, with the sources of
//! its facts.
//!
//! Begin at [`faults`]. `load.rs` goes the way of glibc's
//! [`ld.so(8)`](https://man7.org/linux/man-pages/man8/ld.so.8.html) from every file that something may begin with;
//! `search.rs` knows where it looks, `judge.rs` what its answers mean. The symbols that a file asks for have versions,
//! such as `GLIBC_2.34`: a runtime whose library is older cannot load it, whatever the
//! [platform tag](https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/) of its wheel
//! promised.
//!
//! Reads ELF files, executes nothing, so any machine can judge layers of either architecture. Tables are found as the
//! loader finds them, by program headers: section headers may be stripped. What cannot be followed to its end is
//! refused, not passed.

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
