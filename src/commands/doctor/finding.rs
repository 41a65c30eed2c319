//! One thing that was looked at, and how it stands.

use crate::commands::Outcome;
use crate::github::Seen;
use crate::report::printable;

/// One thing that was looked at.
#[derive(Debug)]
pub struct Finding {
    what: String,
    state: State,
    said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    There,
    Missing,
    Absent,
    Unseen,
}

impl Finding {
    /// As it should be.
    pub fn there(what: impl Into<String>, said: impl Into<String>) -> Self {
        Self { what: what.into(), state: State::There, said: said.into() }
    }

    /// Nothing goes without it.
    pub fn missing(what: impl Into<String>, said: impl Into<String>) -> Self {
        Self { state: State::Missing, ..Self::there(what, said) }
    }

    /// Things go without it, or not as well.
    pub fn absent(what: impl Into<String>, said: impl Into<String>) -> Self {
        Self { state: State::Absent, ..Self::there(what, said) }
    }

    /// Whether it is there cannot be seen from here.
    pub fn unseen(what: impl Into<String>, said: impl Into<String>) -> Self {
        Self { state: State::Unseen, ..Self::there(what, said) }
    }

    /// Something without which nothing goes.
    pub fn needed(what: impl Into<String>, result: Result<String, String>) -> Self {
        match result {
            Ok(said) => Self::there(what, said),
            Err(said) => Self::missing(what, said),
        }
    }

    /// Something without which things go, too.
    pub fn wanted(what: impl Into<String>, result: Result<String, String>) -> Self {
        match result {
            Ok(said) => Self::there(what, said),
            Err(said) => Self::absent(what, said),
        }
    }
}

/// Prints them, a line for each, in columns; the lines of a longer word stand below each other.
pub fn print(findings: &[Finding]) -> Outcome {
    let width = findings.iter().map(|finding| finding.what.len()).max().unwrap_or_default().max(10);
    for Finding { what, state, said } in findings {
        let mark = match state {
            State::There => "ok     ",
            State::Missing => "MISSING",
            State::Absent => "absent ",
            State::Unseen => "unseen ",
        };
        let said: Vec<String> = said.lines().map(printable).collect();
        println!("{mark} {what:<width$} {}", said.join(&format!("\n{:indent$}", "", indent = 9 + width)));
    }
    if findings.iter().any(|finding| finding.state == State::Missing) { Outcome::Problems } else { Outcome::Done }
}

/// A finding about a setting that things go without, as `judge` takes it.
pub fn wished<T>(what: &str, found: Seen<T>, judge: impl FnOnce(T) -> Result<String, String>) -> Finding {
    match found {
        Seen::There(found) => Finding::wanted(what, judge(found)),
        Seen::Absent => Finding::unseen(what, "GitHub does not say"),
        Seen::Hidden(why) => Finding::unseen(what, why),
    }
}

/// A finding about a setting that is needed, as `judge` takes it.
pub fn seen<T>(what: &str, found: Seen<T>, judge: impl FnOnce(T) -> Result<String, String>) -> Finding {
    match found {
        Seen::There(found) => Finding::needed(what, judge(found)),
        Seen::Absent => Finding::missing(what, "there is none\nhelp: `klayers init` prints the commands that make it"),
        Seen::Hidden(why) => Finding::unseen(what, format!("{why}: the token may not see it")),
    }
}
