//! What can be wrong with `pipeline/ledger/`, each as a fact and an action.

use crate::report::{Location, Problem};

/// Something wrong with a file of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerProblem {
    /// The last line has no end.
    LineCut,
    /// A line is not an event.
    NotAnEvent {
        /// What the parser says.
        reason: String,
    },
    /// A line is an event, in another form.
    NotCanonical,
    /// The requirements hash is not that of the requirements.
    HashMismatch,
    /// An event stands under another package or runtime than its layer.
    WrongPlace {
        /// The layer that the event names.
        layer: String,
    },
    /// An event says of a package what no package is.
    PackageWrong {
        /// What is said of it.
        message: String,
    },
    /// An event has a version that is none.
    VersionInvalid {
        /// What is said of it.
        message: String,
    },
    /// An event has a text that no page can show.
    TextTooLong {
        /// What is said of it.
        message: String,
    },
    /// A region has one number twice.
    VersionTwice {
        /// The region's code.
        region: String,
        /// The layer version's number.
        number: u64,
    },
    /// A folder's name is not a runtime or package.
    UnknownFolder {
        /// What is said of it.
        message: String,
    },
    /// `status.json` cannot be read.
    StatusInvalid {
        /// What the parser says.
        reason: String,
    },
    /// `build-times.json` cannot be read.
    BuildTimesInvalid {
        /// What the parser says.
        reason: String,
    },
}

const RESTORE: &str = "the ledger is written by `klayers` alone: restore the file with `git checkout -- FILE`";

impl LedgerProblem {
    /// The problem at its place.
    pub fn at(self, location: Location) -> Problem {
        let problem = |code, message: String, help: &str| Problem::new(location.clone(), code, message, help);
        match self {
            Self::LineCut => problem("ledger-line-cut", "the last line has no end".to_owned(), RESTORE),
            Self::NotAnEvent { reason } => problem("ledger-line-invalid", format!("the line is not an event: {reason}"), RESTORE),
            Self::NotCanonical => problem("ledger-line-not-canonical", "the line is not in canonical form: sorted keys, no spaces".to_owned(), RESTORE),
            Self::HashMismatch => problem("ledger-hash-mismatch", "`requirements_sha256` is not the hash of `requirements`".to_owned(), RESTORE),
            Self::WrongPlace { layer } => problem("ledger-wrong-place", format!("the layer `{layer}` does not belong in this folder"), RESTORE),
            Self::PackageWrong { message } => problem("ledger-package-wrong", message, RESTORE),
            Self::VersionInvalid { message } => problem("ledger-version-invalid", message, RESTORE),
            Self::TextTooLong { message } => problem("ledger-text-too-long", message, RESTORE),
            Self::VersionTwice { region, number } => {
                problem("ledger-version-twice", format!("version {number} in {region} was recorded on a line above"), RESTORE)
            }
            Self::UnknownFolder { message } => problem("ledger-unknown-folder", message, "remove the folder, or restore its name"),
            Self::StatusInvalid { reason } => problem("ledger-status-invalid", reason, RESTORE),
            Self::BuildTimesInvalid { reason } => {
                problem("ledger-build-times-invalid", reason, "remove the file: it is made again, and times are guessed until then")
            }
        }
    }
}
