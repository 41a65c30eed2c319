//! How the dependencies of a layer differ from those of the version before: what a reviewer reads first.

use std::collections::BTreeMap;
use std::fmt;

use pep440_rs::Version;
use serde::{Deserialize, Serialize};

use super::{NormalizedName, Requirements};

/// From this first number on a version is a date, as `2026.10.18` of `certifi`: its next year is no other major.
const CALENDAR_FROM: u64 = 2000;
/// Most names of one kind in a sentence.
const NAMED_MAX: usize = 5;

/// What moved between two builds of one layer. Every list is sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// What was not there before.
    pub added: Vec<Pinned>,
    /// What is no longer there.
    pub removed: Vec<Pinned>,
    /// What changed its first number, up or down; versions that are dates never do.
    pub moved_major: Vec<Moved>,
    /// How many others have another version with the same first number.
    pub moved: usize,
}

/// A distribution with its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// The distribution's normalised name.
    pub name: NormalizedName,
    /// Its version.
    pub version: String,
}

/// A distribution with two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The distribution's normalised name.
    pub name: NormalizedName,
    /// Its version in the build before.
    pub from: String,
    /// Its version in this build.
    pub to: String,
}

impl Drift {
    /// Compares what a layer had in it before with what it has in it now.
    pub fn between(previous: &Requirements, now: &Requirements) -> Self {
        let (previous, now) = (by_name(previous), by_name(now));
        let missing_in = |other: &BTreeMap<NormalizedName, String>, these: &BTreeMap<NormalizedName, String>| {
            let missing = these.iter().filter(|(name, _)| !other.contains_key(name));
            missing.map(|(name, version)| Pinned { name: name.clone(), version: version.clone() }).collect()
        };
        let mut drift = Self { added: missing_in(&previous, &now), removed: missing_in(&now, &previous), ..Self::default() };
        for (name, to) in &now {
            match previous.get(name) {
                Some(from) if from != to && is_major(from, to) => {
                    drift.moved_major.push(Moved { name: name.clone(), from: from.clone(), to: to.clone() });
                }
                Some(from) if from != to => drift.moved += 1,
                Some(_) | None => {}
            }
        }
        drift
    }

    /// Whether the two builds have the same distributions in the same versions.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// For people, without a full stop: "adds `h11` 0.16; moves `numpy` from 1.26.4 to 2.3.5; 2 others moved".
impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = |pinned: &Pinned| format!("`{}` {}", pinned.name, pinned.version);
        let moved = |moved: &Moved| format!("`{}` from {} to {}", moved.name, moved.from, moved.to);
        let mut parts = Vec::new();
        parts.extend(part("adds", self.added.iter().map(pinned)));
        parts.extend(part("removes", self.removed.iter().map(pinned)));
        parts.extend(part("moves", self.moved_major.iter().map(moved)));
        let others = if parts.is_empty() { "" } else { " other" };
        match (self.moved, parts.is_empty()) {
            (0, true) => parts.push("the same dependencies".to_owned()),
            (0, false) => {}
            (1, _) => parts.push(format!("1{others} minor move")),
            (count, _) => parts.push(format!("{count}{others} minor moves")),
        }
        f.write_str(&parts.join("; "))
    }
}

fn part(verb: &str, items: impl ExactSizeIterator<Item = String>) -> Option<String> {
    let count = items.len();
    let mut named: Vec<String> = items.take(NAMED_MAX).collect();
    if count > NAMED_MAX {
        named.push(format!("{} more", count - NAMED_MAX));
    }
    let last = named.pop()?;
    let all = if named.is_empty() { last } else { format!("{} and {last}", named.join(", ")) };
    Some(format!("{verb} {all}"))
}

fn by_name(requirements: &Requirements) -> BTreeMap<NormalizedName, String> {
    let split = |line: &String| {
        let (name, version) = line.split_once("==")?;
        Some((name.parse().ok()?, version.to_owned()))
    };
    requirements.lines().iter().filter_map(split).collect()
}

fn is_major(from: &str, to: &str) -> bool {
    let first = |version: &str| {
        let version: Version = version.parse().ok()?;
        Some((version.epoch(), version.release().first().copied().unwrap_or(0)))
    };
    match (first(from), first(to)) {
        (Some((from_epoch, from)), Some((to_epoch, to))) if from_epoch == to_epoch => from != to && (from < CALENDAR_FROM || to < CALENDAR_FROM),
        (Some(_), Some(_)) => true,
        // A version that is not one tells nothing.
        (None, _) | (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirements(lines: &[&str]) -> Requirements {
        lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>().try_into().expect("lines")
    }

    fn drift(previous: &[&str], now: &[&str]) -> Drift {
        Drift::between(&requirements(previous), &requirements(now))
    }

    #[test]
    fn what_is_a_major_move() {
        for (from, to, expected) in [
            ("1.26.4", "2.3.5", true),
            ("2.0", "1.9", true),
            ("1.0", "1.1", false),
            ("1", "1.0.1", false),
            ("0.9", "0.10", false),
            ("0.9", "1.0", true),
            ("1.0", "1!1.0", true),
            ("1!1.0", "1!1.1", false),
            ("2025.8.3", "2026.10.18", false),
            ("2024.1", "3.0", true),
            ("1.0rc1", "1.0", false),
            ("1.0", "1.0+local", false),
        ] {
            let (from_line, to_line) = (format!("x=={from}"), format!("x=={to}"));
            let found = drift(&[&from_line], &[&to_line]);
            assert_eq!((found.moved_major.len(), found.moved), if expected { (1, 0) } else { (0, 1) }, "{from} {to}");
        }
    }

    #[test]
    fn the_sentence_names_what_matters() {
        for (previous, now, expected) in [
            (&["a==1"][..], &["a==1"][..], "the same dependencies"),
            (&["a==1.0"], &["a==1.1"], "1 minor move"),
            (
                &["a==1", "b==1.0", "c==1", "d==1.0"],
                &["b==1.1", "c==2", "d==1.1", "e==5"],
                "adds `e` 5; removes `a` 1; moves `c` from 1 to 2; 2 other minor moves",
            ),
            (&[], &["a==1", "b==2", "c==3", "d==4", "e==5", "f==6", "g==7"], "adds `a` 1, `b` 2, `c` 3, `d` 4, `e` 5 and 2 more"),
        ] {
            let found = drift(previous, now);
            assert_eq!(found.to_string(), expected);
            assert_eq!(found.is_empty(), expected == "the same dependencies");
            let text = serde_json::to_string(&found).expect("plain data");
            assert_eq!(serde_json::from_str::<Drift>(&text).expect("read back"), found);
        }
    }
}
