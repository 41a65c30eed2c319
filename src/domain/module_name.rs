//! The name by which Python imports something.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, shown, text_serde};

/// Longest name, in characters: longer than any real one.
const MODULE_NAME_MAX_CHARS: usize = 200;

/// A dotted name, as `google.cloud.storage`. Safe to write into Python code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(String);

impl ModuleName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ModuleName {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_identifier = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if text.len() <= MODULE_NAME_MAX_CHARS && text.split('.').all(is_identifier) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid(format!("`{}` is not a module name such as `google.cloud.storage`", shown(text))))
    }
}

text_serde!(ModuleName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_identifiers_and_nothing_else() {
        for text in ["a", "_a1", "google.cloud.storage", "PIL"] {
            assert_eq!(text.parse::<ModuleName>().map(|name| name.to_string()), Ok(text.to_owned()));
        }
        for text in ["", ".", "a.", ".a", "a-b", "1a", "a b", "a;b", "ä", "a\n", "import os\nx"] {
            assert!(text.parse::<ModuleName>().is_err(), "{text:?}");
        }
    }
}
