//! What the world answers when it fails.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::sandbox::Isolation;
use crate::domain::printable_path;

/// The world failed: a file, a process, a host. Not the fault of the data.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// A file operation failed.
    #[error("cannot {action} `{}`: {source}", printable_path(path))]
    File {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process writes there.
    #[error("another klayers{holder} is writing to `{}`\nhelp: wait for it to end, then run this again", printable_path(path))]
    Locked {
        /// The file that is locked.
        path: PathBuf,
        /// ` (process 123)`, when it is known.
        holder: String,
    },
    /// A program could not be started.
    #[error("cannot start `{program}`: {source}")]
    Start {
        /// The program's name or path.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program took longer than it may.
    #[error("`{program}` was ended: it took longer than {} s", after.as_secs())]
    TooSlow {
        /// The program's name or path.
        program: String,
        /// The time that it had.
        after: Duration,
    },
    /// A program is not a Python that a runtime could have.
    #[error("`{program}` is not a CPython 3 that answers")]
    NotAnInterpreter {
        /// Its name or path.
        program: String,
    },
    /// A zip cannot be unpacked.
    #[error("cannot unpack `{}`: {reason}", printable_path(path))]
    Unpack {
        /// The zip's path.
        path: PathBuf,
        /// What is wrong with it, or what the system said.
        reason: String,
    },
    /// A box for a program could not be built.
    #[error("cannot start a program {}: {reason}", match isolation {
        Isolation::Namespace => "in namespaces of its own",
        Isolation::Path => "as another user; the interpreter and the folder for scratch must be readable by all users",
        Isolation::Docker => "in a container",
    })]
    Sandbox {
        /// The kind of box.
        isolation: Isolation,
        /// What the tools said last.
        reason: String,
    },
    /// A host does not answer at all.
    #[error("cannot reach `{host}`: {reason}")]
    Unreachable {
        /// The host, and its port when the address has one.
        host: String,
        /// Why, as far as the system says.
        reason: String,
    },
    /// A host answered, but not with what was asked for.
    #[error("`{url}` answered {status}")]
    Status {
        /// The address, without credentials.
        url: String,
        /// The HTTP status ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#name-status-codes)).
        status: u16,
        /// When the host says after which time to ask again.
        retry_after: Option<Duration>,
    },
    /// An answer that cannot be used: cut off, too large, or not what it should be.
    #[error("the answer of `{url}` is unusable: {reason}")]
    Answer {
        /// The address, without credentials.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An answer without an end, or with one that is too far away.
    #[error("the answer of `{url}` is larger than {limit} bytes")]
    TooLarge {
        /// The address, without credentials.
        url: String,
        /// The most bytes that it may have.
        limit: u64,
    },
    /// An address that nothing is asked at, because of who named it or where it leads.
    #[error("`{url}` is not asked: {reason}")]
    Refused {
        /// The address, without credentials.
        url: String,
        /// Why it is not asked.
        reason: String,
    },
}

impl OutsideError {
    /// For `map_err` behind a file operation.
    pub fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::File { action, path: path.to_owned(), source }
    }

    /// Whether a disk takes nothing more, or nothing from us: then nothing else will be written there either.
    pub fn is_of_the_disk(&self) -> bool {
        use std::io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match self {
            Self::File { source, .. } => matches!(source.kind(), FileTooLarge | PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull),
            _ => false,
        }
    }

    /// Whether the same call may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Answer { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
            Self::File { .. } | Self::Locked { .. } | Self::Start { .. } | Self::TooSlow { .. } | Self::NotAnInterpreter { .. } => false,
            Self::Unpack { .. } | Self::Sandbox { .. } | Self::Refused { .. } | Self::TooLarge { .. } => false,
        }
    }

    /// Whether it says something of the host rather than of what was asked for: others would fare the same there.
    pub fn is_of_the_whole_host(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Status { status, .. } => matches!(status, 429 | 500..=599),
            Self::Answer { .. }
            | Self::Refused { .. }
            | Self::TooLarge { .. }
            | Self::File { .. }
            | Self::Locked { .. }
            | Self::Start { .. }
            | Self::TooSlow { .. } => false,
            Self::NotAnInterpreter { .. } | Self::Unpack { .. } | Self::Sandbox { .. } => false,
        }
    }
}
