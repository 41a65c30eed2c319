//! A text that cannot be long, and has one line.

use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::one_line;

/// One line of at most `MAX` characters, without what cannot be seen. Made from any text by shortening it; read only
/// from what is one already.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// `text` on one line, cut where it is too long.
    pub fn new(text: &str) -> Self {
        Self(one_line(text, MAX))
    }

    /// The line as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Line<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Whoever reads the error must not read the text in it.
        if one_line(&text, MAX) == text { Ok(Self(text)) } else { Err(serde::de::Error::custom("a text is too long, or not one line")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_read_again_and_nothing_else() {
        for (text, line) in [
            ("one\ntwo", "one two"),
            ("", ""),
            (" a ", "a"),
            ("123456789", "1234567…"),
            ("a\u{202e}\u{1b}[b", "a[b"),
            ("éééééééééé", "ééééééé…"),
            ("1234567 9", "1234567…"),
        ] {
            let made = Line::<8>::new(text);
            assert_eq!(made.as_str(), line, "{text:?}");
            let json = serde_json::to_string(&made).expect("plain data");
            assert_eq!(serde_json::from_str::<Line<8>>(&json).expect("the same"), made);
        }
        for text in ["one\ntwo", " a", "123456789", "a\u{0}", "\u{200b}"] {
            let error = serde_json::from_str::<Line<8>>(&serde_json::to_string(text).expect("plain data")).expect_err(text);
            assert!(!error.to_string().contains(text), "{error}");
        }
    }
}
