//! What may go wrong with GitHub. No text of it has the token.

use jiff::Timestamp;

/// GitHub could not be asked, or did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitHubError {
    /// A variable of the environment is missing or wrong.
    #[error("`{name}`: {reason}")]
    Variable {
        /// The variable's name.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The client cannot be made.
    #[error("cannot speak to GitHub: {reason}")]
    Client {
        /// Why it cannot.
        reason: String,
    },
    /// GitHub answered that it does not do it.
    #[error("cannot {what}: GitHub answered {status}: {message}{}", help(*status, needed.as_deref()))]
    Refused {
        /// What was wanted, as a verb.
        what: String,
        /// The HTTP status of its answer.
        status: u16,
        /// What it said, on one line.
        message: String,
        /// The permissions of which the token has none, when it said so.
        needed: Option<String>,
    },
    /// So much was asked already that it would take too long to wait.
    #[error("cannot {what}: GitHub's rate limit is used up{}\nhelp: run this again then", until.map_or_else(|| " for a while".to_owned(), |until| format!(" until {until}")))]
    Limited {
        /// What was wanted, as a verb.
        what: String,
        /// When it may be asked again, when GitHub said so.
        until: Option<Timestamp>,
    },
    /// It did not answer, or only that it failed, for as long as we tried.
    #[error("cannot {what}: {reason}")]
    Unreachable {
        /// What was wanted, as a verb.
        what: String,
        /// What came instead of an answer.
        reason: String,
    },
    /// It may have done it or not.
    #[error("nobody knows whether GitHub did it ({what}): {reason}\nhelp: run this again: it looks first")]
    Unsure {
        /// What was wanted, as a verb.
        what: String,
        /// What came instead of an answer.
        reason: String,
    },
    /// The answer is not what its description promises.
    #[error("cannot {what}: GitHub's answer is not understood: {reason}")]
    NotUnderstood {
        /// What was wanted, as a verb.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// What is asked for cannot be asked: it is not what it must be.
    #[error("cannot {what}: {reason}")]
    Invalid {
        /// What was wanted, as a verb.
        what: String,
        /// What it must be.
        reason: String,
    },
}

impl GitHubError {
    /// Whether GitHub answered that there is no such thing, or none that the token may see.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { status: 404 | 410, .. })
    }
}

fn help(status: u16, needed: Option<&str>) -> String {
    match (status, needed) {
        (401, _) => "\nhelp: the token is not valid (any more): a job's token ends with the job".to_owned(),
        (403 | 404, Some(needed)) => format!("\nhelp: does the job have the permission? This call needs `{needed}`"),
        (403, None) => "\nhelp: does the job's `permissions` allow it?".to_owned(),
        _ => String::new(),
    }
}
