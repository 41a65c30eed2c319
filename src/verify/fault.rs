//! What can be wrong with an archive, each as a fact and an action.

use super::bytecode::BytecodeFault;
use super::elf::ElfFault;
use crate::assemble::import_outcome::{Failure as ImportFailure, Stage};
use crate::assemble::{UNZIPPED_MAX_BYTES, ZipError};
use crate::domain::{Runtime, Sha256, shown};
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
        /// The field in which it does.
        what: &'static str,
    },
    /// A file that belongs to the archive is missing.
    FileMissing {
        /// The path of the file.
        name: String,
    },
    /// The zip is not the one that the manifest is about.
    HashMismatch {
        /// The SHA-256 of the zip.
        found: Sha256,
        /// The SHA-256 that the manifest has.
        expected: Sha256,
    },
    /// The zip cannot be unpacked safely.
    Unsafe(ZipError),
    /// A program or a library in it will not load.
    Elf(ElfFault),
    /// Nothing is known of the machine that it is for.
    UnknownMachine {
        /// The runtime that it is for.
        runtime: Runtime,
    },
    /// Bytecode that the runtime would not take, or not of the module beside it.
    Bytecode(BytecodeFault),
    /// It cannot be imported.
    ImportFailed(Box<ImportFailure>),
    /// It was not imported, and has to be.
    NotImported {
        /// Why it was not.
        reason: String,
    },
    /// It unpacks to more than AWS takes.
    TooLarge,
    /// A file would not be on Python's path.
    OutsidePython {
        /// The path of the file.
        path: String,
    },
    /// The zip's bytes depend on where or when it was made.
    NotReproducible {
        /// What of it does: the order, a date, a mode.
        what: &'static str,
        /// The path of the file that shows it.
        path: String,
    },
    /// A file is in no `RECORD`.
    Unrecorded {
        /// The path of the file.
        path: String,
    },
    /// A file is not what `RECORD` says.
    RecordMismatch {
        /// The path of the file.
        path: String,
    },
    /// `RECORD` names a file that is not there.
    RecordedButMissing {
        /// The path that `RECORD` has.
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
            Self::UnknownMachine { runtime } => problem(
                "unknown-machine",
                format!("what the machine of {runtime} has is not known"),
                "name a known `operating_system` for it in `klayers.toml`: `AL2` and `AL2023` are",
            ),
            Self::Bytecode(fault) => problem("bytecode-wrong", format!("`{}` {}", shown(fault.path), fault.kind), REBUILD),
            Self::ImportFailed(failure) => import_problem(&failure, Location::file(file)),
            Self::NotImported { reason } => problem(
                "not-imported",
                format!("it was not imported, and settings say that it must be: {reason}"),
                "run `klayers verify` where the runtime's Python and processor are, or name a Python with `--python`",
            ),
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

fn import_problem(failure: &ImportFailure, location: Location) -> Problem {
    let during = failure.module.as_ref().map(|module| format!("`{module}`"));
    let (code, message, help) = match failure.stage {
        Stage::Start => ("import-failed", "Python does not start with it".to_owned(), "a `.pth` file of the layer is at fault: report it to the package"),
        Stage::Import => (
            "import-failed",
            during.map_or_else(|| "it cannot be imported".to_owned(), |during| format!("{during} cannot be imported")),
            "if the package does not name what it needs, name it in `needs` of its settings; if another name is meant, in `imports`; else hold it back",
        ),
        Stage::Smoke => {
            ("smoke-failed", "the smoke expression of its settings is not true".to_owned(), "see whether the package changed, or the expression is wrong")
        }
        Stage::Sdk => (
            "sdk-broken",
            "after it, the runtime's own SDK cannot be imported".to_owned(),
            "the layer shadows a package of the runtime: hold that one back to a version that the SDK takes",
        ),
        Stage::Layer => ("layer-written", "it writes into its own folder".to_owned(), "in Lambda layers are read-only: report it to the package"),
    };
    let reason = if failure.reason.is_empty() { String::new() } else { format!(": {}", failure.reason) };
    Problem::new(location, code, format!("{message}{reason}"), help)
}
