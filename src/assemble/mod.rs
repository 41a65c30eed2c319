//! From pins to a reproducible zip.
//!
//! [`Wanted`] says what to make. Its wheels are brought by a [`Fetcher`] into the [`WheelCache`], where a file has its
//! SHA-256 for a name and no other file gets in. [`assemble()`] in `src/assemble/archive.rs` opens them and goes on
//! like this:
//!
//! 1. `zip_file.rs` lists the entries of each wheel and refuses what could be unpacked in two ways.
//! 2. `wheel_files.rs` lays a wheel out as an installer would
//!    ([`--target python`](https://packaging.python.org/en/latest/specifications/binary-distribution-format/#installing-a-wheel-distribution-1-0-py32-none-any-whl)),
//!    `merge.rs` puts all of them on top of each other.
//! 3. [`bytecode`] adds compiled modules, where they fit into [`UNZIPPED_MAX_BYTES`].
//! 4. `zip_writer.rs` writes the zip; [`Manifest`] says what is in it, [`sbom()`] what it is made of.
//!
//! Two ideas. Entries are copied as they are, still compressed: unpacking and compressing again takes far longer
//! (measured on pandas: 3.9 s against 62 ms), and would give other bytes with another version of a library. Only what
//! an installer would write itself (scripts, `RECORD`, `requirements.txt`) is made here. And the same pins give the
//! same bytes on any machine: paths are sorted, dates fixed, modes 0644 or 0755, so a hash tells whether anything
//! differs. Begin at [`assemble()`].
//!
//! What a layer looks like below `/opt` is [AWS's](https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html);
//! what a wheel is, [PyPA's](https://packaging.python.org/en/latest/specifications/binary-distribution-format/).
//!
//! Nothing here resolves versions, and no code of a package runs. Whether the result is good is not said here: `verify`
//! looks at the bytes, whoever made them.

mod archive;
pub mod bytecode;
mod cache;
mod contents;
mod core_metadata;
mod entry_points;
mod fetch;
mod identity;
pub mod import_outcome;
mod layout;
mod license;
mod manifest;
mod merge;
mod place;
mod record_file;
mod sbom;
mod shadows;
mod size;
mod slim;
mod wheel_files;
mod zip_end;
mod zip_file;
mod zip_header;
mod zip_names;
mod zip_writer;

pub use crate::domain::UNZIPPED_MAX_BYTES;
pub use archive::{AssembleError, Assembled, BytecodeChoice, Wanted, assemble};
pub use cache::{CacheError, WheelCache};
pub use core_metadata::CoreMetadata;
pub use fetch::{FetchError, Fetcher};
pub use license::{License, files as license_files};
pub use manifest::{BytecodeRecord, ImportRecord, Manifest, ManifestSource, ManifestWheel, SCHEMA};
pub use place::move_archive;
pub use record_file::{MAX_BYTES as RECORD_MAX_BYTES, paths as record_paths, read as read_record};
pub use sbom::{SbomDistribution, SbomInput, sbom};
pub use size::{DistributionSize, FileKind, FileSize, Measure, SizedFile, Sizes};
pub use zip_file::{ENTRIES_MAX, Entry, Method, ZipError, ZipFile};
