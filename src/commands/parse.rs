//! What was typed, or what is wrong with it.

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue};

use super::Cli;
use crate::domain::printable;
use crate::outside::terminal;

impl Cli {
    /// The command line; or what to end with, when it is wrong or asks for help, which is then said.
    ///
    /// # Errors
    /// With an exit code.
    pub fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            let is_wrong = error.use_stderr();
            let said = on_one_line(error).render();
            if is_wrong {
                terminal::say(said)
            } else {
                terminal::put(said)
            }
            ExitCode::from(if is_wrong { 2 } else { 0 })
        })
    }
}

/// What is wrong repeats words that somebody chose, who may be a stranger: with no end of a line in them.
fn on_one_line(mut error: clap::Error) -> clap::Error {
    let words: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(word) => Some((kind, ContextValue::String(printable(word)))),
            ContextValue::Strings(words) => Some((kind, ContextValue::Strings(words.iter().map(|word| printable(word)).collect()))),
            _ => None,
        })
        .collect();
    for (kind, value) in words {
        error.insert(kind, value);
    }
    error
}
