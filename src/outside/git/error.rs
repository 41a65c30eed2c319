//! Why git did not do it, without its secrets.

use crate::outside::OutsideError;

/// Most that is repeated of what git says, in characters.
const SAID_MAX_CHARS: usize = 600;

/// Why git did not do it.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It cannot be started, or was too slow.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// git said no.
    #[error("git cannot {action}: {said}")]
    Refused {
        /// What was tried, as a verb.
        action: &'static str,
        /// What it said, without secrets, on one line.
        said: String,
    },
}

impl GitError {
    /// Whether the next time it may go well.
    pub fn is_passing(&self) -> bool {
        const WORDS: [&str; 10] =
            ["Could not resolve host", "Failed to connect", "Connection re", "timed out", "hung up", "early EOF", "error: 429", "error: 50", "TLS", "SSL"];
        match self {
            Self::Outside(error) => matches!(error, OutsideError::TooSlow { .. }),
            Self::Refused { said, .. } => WORDS.iter().any(|word| said.contains(word)),
        }
    }
}

/// What git said, on one line: without the token, and without what stands before an `@` in an address.
pub(super) fn said(text: &str, token: Option<&str>) -> String {
    let mut line = text.split_whitespace().map(without_user).collect::<Vec<_>>().join(" ");
    if let Some(token) = token {
        line = line.replace(token, "***");
    }
    let mut shown: String = line.chars().filter(|character| !character.is_control()).take(SAID_MAX_CHARS).collect();
    if line.chars().nth(SAID_MAX_CHARS).is_some() {
        shown.push('…');
    }
    if shown.is_empty() { "it said nothing".to_owned() } else { shown }
}

fn without_user(word: &str) -> String {
    match word.split_once("://") {
        Some((scheme, rest)) => match rest.split_once('/').unwrap_or((rest, "")).0.rfind('@') {
            Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
            None => word.to_owned(),
        },
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_token_nor_a_password_is_repeated() {
        let said = said("fatal: unable to access 'https://me:word@host/o/r': secret\n\u{1b}[2J", Some("secret"));
        assert_eq!(said, "fatal: unable to access 'https://host/o/r': *** [2J");
    }
}
