//! From pins to a reproducible zip.
//!
//! Wheels come from a content-addressed cache, filled from the network. Their entries are copied as
//! they are, still compressed; only what an installer would write itself (scripts, `RECORD`,
//! `requirements.txt`) is made here. The same pins give the same bytes on any machine. Nothing here
//! resolves versions, and no code of a package runs.

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

pub use archive::{AssembleError, Assembled, BytecodeChoice, Wanted, assemble};
pub use cache::{CacheError, WheelCache};
pub use core_metadata::CoreMetadata;
pub use fetch::{FetchError, Fetcher};
pub use license::{License, files as license_files};
pub use manifest::{BytecodeRecord, ImportRecord, Manifest, ManifestSource, ManifestWheel, SCHEMA};
pub use record_file::{MAX_BYTES as RECORD_MAX_BYTES, paths as record_paths, read as read_record};
pub use sbom::{SbomDistribution, SbomInput, sbom};
pub use size::{DistributionSize, FileKind, FileSize, Measure, SizedFile, Sizes};
pub use zip_file::{ENTRIES_MAX, Entry, Method, ZipError, ZipFile};

/// The most that a function and its layers may unpack to, in bytes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const UNZIPPED_MAX_BYTES: u64 = 262_144_000;
