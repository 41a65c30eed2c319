//! Texts that are not what a type promises.

use super::printable;

/// A text that is not what its type promises. The message says what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

/// `text` for a message: cut when it is very long, with what steers made visible.
pub fn shown(text: impl AsRef<str>) -> String {
    const SHOWN_MAX_CHARS: usize = 200;
    let text = text.as_ref();
    let end = text.char_indices().nth(SHOWN_MAX_CHARS).map(|(at, _)| at);
    let mut shown = printable(&text[..end.unwrap_or(text.len())]);
    if end.is_some() {
        shown.push('…');
    }
    shown
}

/// What the parser of JSON says of a line, without its count of lines, which begins anew with each of ours.
pub fn without_position(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or(&said).to_owned()
}

/// Serialises a type as its `Display` text and reads it back through `FromStr`.
macro_rules! text_serde {
    ($($type:ty),+ $(,)?) => {$(
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(crate) use text_serde;
