//! The pins of a layer as lines, and the hash by which two builds are the same.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Invalid, NormalizedName, Sha256, shown};

/// Sorted lines `normalised-name==version`, one per distribution in a layer. Their hash is the identity of a build:
/// `docs/decisions/requirements-hash.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Requirements(Vec<String>);

impl Requirements {
    /// Sorts the lines of `pins`, which are names with their versions.
    pub fn new<'a>(pins: impl IntoIterator<Item = (&'a NormalizedName, String)>) -> Self {
        let mut lines: Vec<String> = pins.into_iter().map(|(name, version)| format!("{name}=={version}")).collect();
        lines.sort();
        Self(lines)
    }

    /// The lines `normalised-name==version`, sorted.
    pub fn lines(&self) -> &[String] {
        &self.0
    }

    /// The SHA-256 of the lines joined by `\n`, with none at the end: the identity of what a layer holds.
    pub fn sha256(&self) -> Sha256 {
        Sha256::of(self.0.join("\n").as_bytes())
    }
}

impl fmt::Display for Requirements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl TryFrom<Vec<String>> for Requirements {
    type Error = Invalid;
    fn try_from(lines: Vec<String>) -> Result<Self, Invalid> {
        for line in &lines {
            let well_formed =
                line.split_once("==").is_some_and(|(name, version)| name.parse::<NormalizedName>().is_ok() && version.parse::<pep440_rs::Version>().is_ok());
            if !well_formed {
                return Err(Invalid(format!("`{}` is not a line such as `numpy==2.3.5`", shown(line))));
            }
        }
        if lines.is_sorted_by(|a, b| a < b) { Ok(Self(lines)) } else { Err(Invalid("requirements must be sorted, each once".to_owned())) }
    }
}

impl From<Requirements> for Vec<String> {
    fn from(requirements: Requirements) -> Self {
        requirements.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_of_the_sorted_lines() {
        let (b, a): (NormalizedName, NormalizedName) = ("b".parse().expect("valid"), "a".parse().expect("valid"));
        let requirements = Requirements::new([(&b, "2".to_owned()), (&a, "1".to_owned())]);
        assert_eq!(requirements.lines(), ["a==1", "b==2"]);
        assert_eq!(requirements.sha256(), Sha256::of(b"a==1\nb==2"));
        assert_eq!(requirements.to_string(), "a==1\nb==2\n");
    }

    #[test]
    fn lines_that_are_read_are_checked() {
        for lines in [&["b==1", "a==1"][..], &["a==1", "a==1"], &["A==1"], &["a"], &["a==x y"], &["a==1\nb==2"]] {
            assert!(Requirements::try_from(lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>()).is_err(), "{lines:?}");
        }
    }
}
