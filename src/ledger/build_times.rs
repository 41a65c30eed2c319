//! `build-times.json`: how long the layers of a runtime took to make the last time, for plans to share work out evenly.
//! Nothing that is published or shown depends on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{Attempt, NormalizedName, Outcome};

/// Seconds of difference that tell nothing.
const SAME_SECONDS: u64 = 2;
/// One part of so many is no difference either: machines are not equal, and each change is a line in the history.
const SAME_PART: u64 = 5;

/// The content of `build-times.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuildTimes {
    /// Whole seconds to fetch, assemble, check and import, by package.
    pub seconds: BTreeMap<NormalizedName, u64>,
}

impl BuildTimes {
    /// Takes in how long attempts took. What is about the same stays as it was.
    pub fn update<'a>(&mut self, attempts: impl IntoIterator<Item = &'a Attempt>) {
        for attempt in attempts {
            let (Some(seconds), Outcome::Built) = (&attempt.seconds, &attempt.outcome) else { continue };
            let new = seconds.build.saturating_add(seconds.check);
            let is_same = |old: u64| old.abs_diff(new) <= SAME_SECONDS.max(old / SAME_PART);
            if !self.seconds.get(&attempt.package).copied().is_some_and(is_same) {
                self.seconds.insert(attempt.package.clone(), new);
            }
        }
    }

    /// The file's text: indented JSON with a newline at its end.
    ///
    /// # Panics
    /// Never: names and numbers are plain data.
    pub fn canonical(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers are plain data") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Failure, Seconds};

    #[test]
    fn only_what_differs_by_more_than_a_fifth_and_two_seconds_is_new() {
        for (old, new, kept) in [
            (None, 7, 7),
            (Some(1), 3, 1),
            (Some(1), 4, 4),
            (Some(10), 12, 10),
            (Some(10), 13, 13),
            (Some(100), 81, 100),
            (Some(100), 120, 100),
            (Some(100), 121, 121),
        ] {
            let name: NormalizedName = "x".parse().expect("valid");
            let mut times = BuildTimes { seconds: old.map(|old| (name.clone(), old)).into_iter().collect() };
            let attempt = |outcome, seconds| Attempt { runtime: "p3.13".parse().expect("valid"), package: name.clone(), outcome, held_back: None, seconds };
            let took = Some(Seconds { build: new - 1, check: 1 });
            times.update([&attempt(Outcome::Built, took)]);
            assert_eq!(times.seconds[&name], kept, "{old:?} {new}");
            let before = times.clone();
            times.update([&attempt(Outcome::Failed(Failure::new("x", "x")), took.map(|_| Seconds { build: 999, check: 0 })), &attempt(Outcome::Built, None)]);
            assert_eq!(times, before, "what failed, or was not measured, tells nothing");
        }
    }
}
