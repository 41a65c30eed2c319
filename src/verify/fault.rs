//! What can be wrong with an archive, each as a fact and an action.

use super::elf::ElfFault;
use crate::assemble::{UNZIPPED_MAX_BYTES, ZipError};
use crate::domain::{Sha256, shown};
use crate::report::{Location, Problem};

/// Something wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The manifest cannot be read.
    ManifestUnreadable {
        /// What the parser says.
        reason: String,
    },
    /// The manifest is about something else.
    ManifestWrong {
        /// What it says wrongly.
        what: &'static str,
    },
    /// A file that belongs to the archive is missing.
    FileMissing {
        /// Its name.
        name: String,
    },
    /// The zip is not the one that the manifest is about.
    HashMismatch {
        /// The zip's hash.
        found: Sha256,
        /// The manifest's.
        expected: Sha256,
    },
    /// The zip cannot be unpacked safely.
    Unsafe(ZipError),
    /// A program or a library in it will not load.
    Elf(ElfFault),
    /// It unpacks to more than AWS takes.
    TooLarge,
    /// A file would not be on Python's path.
    OutsidePython {
        /// Its path.
        path: String,
    },
    /// The zip's bytes depend on where or when it was made.
    NotReproducible {
        /// What does.
        what: &'static str,
        /// On which path.
        path: String,
    },
    /// A file is in no `RECORD`.
    Unrecorded {
        /// Its path.
        path: String,
    },
    /// A file is not what `RECORD` says.
    RecordMismatch {
        /// Its path.
        path: String,
    },
    /// `RECORD` names a file that is not there.
    RecordedButMissing {
        /// Its path.
        path: String,
    },
}

impl Fault {
    /// The problem with the archive `file`.
    pub fn at(self, file: &str) -> Problem {
        const REBUILD: &str = "build it again; if that does not help, the wheel is at fault";
        const WHEEL: &str = "the wheel is at fault: report it to the package, or hold the package back";
        let problem = |code, message: String, help: &str| Problem::new(Location::file(file), code, message, help);
        match self {
            Self::ManifestUnreadable { reason } => problem("manifest-unreadable", format!("the manifest cannot be read: {reason}"), REBUILD),
            Self::ManifestWrong { what } => problem("manifest-wrong", format!("the manifest does not agree with the archive: {what}"), REBUILD),
            Self::FileMissing { name } => problem("archive-file-missing", format!("`{name}` is missing"), REBUILD),
            Self::HashMismatch { found, expected } => {
                problem("archive-hash-mismatch", format!("the zip has the SHA-256 {found} and its manifest says {expected}"), REBUILD)
            }
            Self::Unsafe(error) => problem("archive-unsafe", error.to_string(), WHEEL),
            Self::Elf(fault) => fault.at(file),
            Self::TooLarge => problem(
                "too-large",
                format!("it unpacks to more than {UNZIPPED_MAX_BYTES} bytes"),
                "AWS refuses it: ask for fewer extras, or hold the package at a smaller version",
            ),
            Self::OutsidePython { path } => problem("outside-python", format!("`{}` is not below `python/`", shown(path)), REBUILD),
            Self::NotReproducible { what, path } => problem("not-reproducible", format!("{what} of `{}`", shown(path)), REBUILD),
            Self::Unrecorded { path } => problem("record-lacks-file", format!("`{}` is in no `RECORD`", shown(path)), WHEEL),
            Self::RecordMismatch { path } => problem("record-mismatch", format!("`{}` is not what `RECORD` says", shown(path)), WHEEL),
            Self::RecordedButMissing { path } => problem("recorded-file-missing", format!("`RECORD` names `{}`, which is not there", shown(path)), WHEEL),
        }
    }
}
