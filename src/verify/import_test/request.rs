//! What a script is told to do: lines of a key and values in hexadecimal, which need no parser and hide no trick.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// Keys with their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    values: BTreeMap<String, Vec<String>>,
}

impl Request {
    /// Sets a key, also to no value at all.
    pub fn set<S: AsRef<str>>(&mut self, key: &str, values: &[S]) {
        self.values.insert(key.to_owned(), values.iter().map(|value| value.as_ref().to_owned()).collect());
    }

    /// The values of a key; none when it is not set.
    #[cfg(test)]
    pub fn get(&self, key: &str) -> &[String] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, values) in &self.values {
            f.write_str(key)?;
            // An empty value has no digits to be read again.
            values.iter().filter(|value| !value.is_empty()).try_for_each(|value| write!(f, " {}", hex::encode(value)))?;
            f.write_str("\n")?;
        }
        Ok(())
    }
}

/// A word that nobody can guess: what is said without it is not the script's.
pub fn secret_word() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_digits() {
        let mut request = Request::default();
        request.set("smoke", &["x == '\n'"]);
        request.set("after", &[] as &[&str]);
        assert_eq!(request.to_string(), "after\nsmoke 78203d3d20270a27\n");
        assert_ne!(secret_word(), secret_word());
    }
}
