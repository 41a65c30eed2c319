//! What is missing or wrong in the answers: a line for each, which begins with the flag.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::domain::Invalid;

/// What is missing or wrong.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<String>);

impl Faults {
    /// An answer that has the form of its type.
    pub fn given<T: FromStr<Err = Invalid>>(&mut self, flag: &str, answer: &Option<String>, what: &str) -> Option<T> {
        self.given_by(flag, answer, what, str::parse)
    }

    /// An answer that `parse` takes; one that is missing is told with what it should be.
    pub fn given_by<T>(&mut self, flag: &str, answer: &Option<String>, what: &str, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Option<T> {
        match answer {
            Some(text) => self.taken(flag, parse(text)),
            None => {
                self.0.push(format!("{flag}: {what}"));
                None
            }
        }
    }

    /// What was parsed, or the fault told.
    pub fn taken<T>(&mut self, flag: &str, parsed: Result<T, Invalid>) -> Option<T> {
        parsed.map_err(|error| self.0.push(format!("{flag}: {}", error.to_string().replace('\n', "; ")))).ok()
    }
}

/// A list with commas, not empty, each part fit for its purpose.
pub fn list<T: FromStr<Err = Invalid> + Ord>(text: &str, fit: impl Fn(T) -> Result<T, Invalid>) -> Result<BTreeSet<T>, Invalid> {
    let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
    let found = parts.map(|part| part.parse().and_then(&fit)).collect::<Result<BTreeSet<T>, Invalid>>()?;
    if found.is_empty() { Err(Invalid("it names none".to_owned())) } else { Ok(found) }
}
