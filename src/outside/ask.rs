//! Questions to whoever sits at the terminal.

use std::io::{BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;

use super::{OutsideError, terminal};

/// Longest answer that is read, in bytes.
const ANSWER_MAX_BYTES: u64 = 4096;

/// Whether somebody is there to answer: both what is read and where questions go is a terminal.
pub fn is_possible() -> bool {
    std::io::stdin().is_terminal() && terminal::is_watched()
}

/// Asks, and returns the answer without the white space around it; an empty one for none.
///
/// # Errors
/// When the terminal is gone.
pub fn line(question: &str) -> Result<String, OutsideError> {
    let failed = || OutsideError::file("read", Path::new("standard input"));
    terminal::ask(question).map_err(OutsideError::file("write", Path::new("standard error")))?;
    let mut answer = Vec::new();
    let read = std::io::stdin().lock().take(ANSWER_MAX_BYTES).read_until(b'\n', &mut answer).map_err(failed())?;
    if read == 0 {
        return Err(failed()(std::io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(String::from_utf8_lossy(&answer).trim().to_owned())
}

/// Asks whether to do what cannot be undone. Only `yes` is one.
///
/// # Errors
/// When the terminal is gone.
pub fn yes(question: &str) -> Result<bool, OutsideError> {
    Ok(matches!(line(&format!("{question} [yes/no]"))?.as_str(), "yes" | "y"))
}
