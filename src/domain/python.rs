//! Python's minor version and the C library that a runtime stands on.

use std::fmt;
use std::str::FromStr;

use super::{Invalid, shown, text_serde};

/// A minor version of Python 3, as `3.13`. Ordered by number: 3.9 comes before 3.10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonMinor(u8);

impl PythonMinor {
    /// The `13` of `3.13`.
    pub fn minor(self) -> u8 {
        self.0
    }

    /// Without the dot, as in a layer's name: `313`.
    pub fn without_dot(self) -> String {
        format!("3{}", self.0)
    }
}

impl fmt::Display for PythonMinor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}", self.0)
    }
}

impl FromStr for PythonMinor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        small_number(text.strip_prefix("3.").unwrap_or(""))
            .map(Self)
            .ok_or_else(|| Invalid(format!("`{}` is not a Python version such as `3.13`", shown(text))))
    }
}

/// A version of the GNU C library, as `2.34`: the newest symbol version that a binary may ask for, and what the
/// `manylinux_2_34` of a wheel means (PEP 600). <https://peps.python.org/pep-0600/>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glibc {
    /// The `2` of `2.34`.
    pub major: u8,
    /// The `34` of `2.34`.
    pub minor: u8,
}

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for Glibc {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.split_once('.')
            .and_then(|(major, minor)| Some(Self { major: small_number(major)?, minor: small_number(minor)? }))
            .ok_or_else(|| Invalid(format!("`{}` is not a glibc version such as `2.34`", shown(text))))
    }
}

text_serde!(PythonMinor, Glibc);

/// One to three digits, no sign, no leading zero.
fn small_number(text: &str) -> Option<u8> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = text == "0" || !text.starts_with('0');
    if digits && canonical { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_and_round_trips() {
        for text in ["3.8", "3.13", "3.14"] {
            assert_eq!(text.parse::<PythonMinor>().map(|python| python.to_string()), Ok(text.to_owned()));
        }
        assert!("3.9".parse::<PythonMinor>().expect("valid") < "3.10".parse().expect("valid"));
        assert_eq!("2.34".parse::<Glibc>(), Ok(Glibc { major: 2, minor: 34 }));
    }

    #[test]
    fn rejects() {
        for text in ["", "3", "3.", "2.7", "3.13.1", "3.+1", "3.013", "3.999", "p3.13", "3.x"] {
            assert!(text.parse::<PythonMinor>().is_err(), "{text}");
        }
        for text in ["", "2", "2.", ".34", "2.34.1", "x.y"] {
            assert!(text.parse::<Glibc>().is_err(), "{text}");
        }
    }
}
