//! SHA-256 in the two forms that the outside world writes it in.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::Digest as _;

use super::{Invalid, shown, text_serde};

/// A SHA-256 digest. Text form: 64 lower-case hexadecimal digits, as in `pylock.toml`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The digest that a finished hasher holds.
    pub fn from_hasher(hasher: sha2::Sha256) -> Self {
        Self(hasher.finalize().into())
    }

    /// The form of Lambda's
    /// [`CodeSha256`](https://docs.aws.amazon.com/lambda/latest/api/API_LayerVersionContentOutput.html): standard base64
    /// with padding.
    pub fn lambda_form(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads the form of Lambda's `CodeSha256`; nothing when it is no SHA-256.
    pub fn from_lambda_form(text: &str) -> Option<Self> {
        Some(Self(STANDARD.decode(text).ok()?.try_into().ok()?))
    }

    /// The form of a wheel's
    /// [`RECORD`](https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file):
    /// URL-safe base64 without padding.
    pub fn record_form(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads the form of a wheel's `RECORD`; nothing when it is no SHA-256.
    pub fn from_record_form(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl FromStr for Sha256 {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut bytes = [0; 32];
        let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) if lower => Ok(Self(bytes)),
            Ok(()) | Err(_) => Err(Invalid(format!("`{}` is not a SHA-256: 64 lower-case hexadecimal digits are", shown(text)))),
        }
    }
}

text_serde!(Sha256);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_of_the_same_digest() {
        let digest = Sha256::of(b"");
        assert_eq!(digest.to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(digest.lambda_form(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(digest.record_form(), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
        assert_eq!(Sha256::from_lambda_form(&digest.lambda_form()), Some(digest));
        assert_eq!(Sha256::from_record_form(&digest.record_form()), Some(digest));
        assert_eq!(digest.to_string().parse(), Ok(digest));
    }

    #[test]
    fn rejects_what_is_not_a_digest() {
        for text in ["", "abc", &"g".repeat(64), &"A".repeat(64), &"a".repeat(63), &"a".repeat(65)] {
            assert!(text.parse::<Sha256>().is_err(), "{text}");
        }
        assert_eq!(Sha256::from_record_form("x"), None);
        for text in ["", "x", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU="] {
            assert_eq!(Sha256::from_lambda_form(text), None, "{text}");
        }
    }
}
