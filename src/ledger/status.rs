//! `status.json`: the packages of a runtime whose last attempt did not bring their newest version.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{Attempt, HeldBackReason, NormalizedName, Outcome, read_reason};

/// The content of `status.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// By name. A package that is not here is as it should be.
    pub packages: BTreeMap<NormalizedName, StatusEntry>,
}

/// What is wrong with one package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusEntry {
    /// How bad it is.
    pub state: StatusState,
    /// Which kind of failure, in kebab case.
    #[serde(deserialize_with = "read_reason")]
    pub code: String,
    /// What happened, in words, on one line.
    #[serde(deserialize_with = "read_reason")]
    pub reason: String,
    /// When it was first so, with the same code, without anything better in between.
    pub since: Timestamp,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusState {
    /// No layer could be made.
    Failed,
    /// A layer was made, of an older version.
    HeldBack,
}

impl Status {
    /// Takes in what was tried. What was as bad before keeps its date.
    pub fn update<'a>(&mut self, attempts: impl IntoIterator<Item = &'a Attempt>, now: Timestamp) {
        for attempt in attempts {
            let Some(entry) = entry(attempt, now) else {
                self.packages.remove(&attempt.package);
                continue;
            };
            let before = self.packages.get(&attempt.package).filter(|before| (before.state, &before.code) == (entry.state, &entry.code));
            let since = before.map_or(now, |before| before.since);
            self.packages.insert(attempt.package.clone(), StatusEntry { since, ..entry });
        }
    }

    /// The file's text: indented JSON with a newline at its end.
    ///
    /// # Panics
    /// Never: names and texts are plain data.
    pub fn canonical(&self) -> String {
        serde_json::to_string_pretty(self).expect("a status is plain data") + "\n"
    }
}

fn entry(attempt: &Attempt, now: Timestamp) -> Option<StatusEntry> {
    match (&attempt.outcome, &attempt.held_back) {
        (Outcome::Failed(failure), _) => {
            Some(StatusEntry { state: StatusState::Failed, code: failure.code.clone(), reason: failure.reason.clone(), since: now })
        }
        (Outcome::Built | Outcome::Unchanged, Some(held_back)) => {
            let (code, why) = match held_back.reason {
                HeldBackReason::NoWheel => ("no-wheel", "has no wheel for this runtime"),
                HeldBackReason::Dependency => ("dependency", "needs something that has no wheel for this runtime or contradicts it"),
            };
            let reason = format!("{} was chosen because {} {why}", held_back.chosen, held_back.newest);
            Some(StatusEntry { state: StatusState::HeldBack, code: code.to_owned(), reason, since: now })
        }
        (Outcome::Built | Outcome::Unchanged, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Failure;

    #[test]
    fn a_failure_keeps_its_date_until_it_changes_or_ends() {
        let attempt =
            |outcome| Attempt { runtime: "p3.13".parse().expect("valid"), package: "x".parse().expect("valid"), outcome, held_back: None, seconds: None };
        let failed = |code: &str| attempt(Outcome::Failed(Failure::new(code, "why")));
        let day = |day: &str| format!("2026-0{day}-01T00:00:00Z").parse().expect("a date");
        let mut status = Status::default();
        let since = |status: &Status| status.packages.values().next().map(|entry| entry.since);
        status.update([&failed("no-wheel")], day("1"));
        status.update([&failed("no-wheel")], day("2"));
        assert_eq!(since(&status), Some(day("1")));
        status.update([&failed("too-big")], day("3"));
        assert_eq!(since(&status), Some(day("3")));
        status.update([&attempt(Outcome::Unchanged)], day("4"));
        assert_eq!(status, Status::default());
    }
}
