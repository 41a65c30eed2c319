//! What a token of a workflow's job says of it.
//!
//! The token itself lets its holder log in, so it is never kept here: only what it says, which is no secret.
//! <https://docs.github.com/en/actions/reference/security/oidc>

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Invalid, one_line};

/// Longest token that is looked at. GitHub's are about 2,000 bytes.
const TOKEN_MAX_BYTES: usize = 64 << 10;
/// Longest value of a claim that is kept, in characters.
const VALUE_MAX_CHARS: usize = 1_000;
/// Who makes the tokens of GitHub's jobs, without its scheme, as AWS names it in conditions.
pub const GITHUB_ISSUER: &str = "token.actions.githubusercontent.com";

/// The claims of a token, by name. A claim that is a list has several values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims(BTreeMap<String, Vec<String>>);

impl Claims {
    /// Reads what is between the two dots of a token, which is a JWT
    /// ([RFC 7519](https://www.rfc-editor.org/rfc/rfc7519)). Who signed it is not looked at: that is for whoever lets it
    /// in.
    ///
    /// # Errors
    /// When it is no token. The error never has a part of it.
    pub fn of_token(token: &str) -> Result<Self, Invalid> {
        let refused = |reason: &str| Invalid(format!("what came in place of a token is none: {reason}"));
        if token.len() > TOKEN_MAX_BYTES {
            return Err(refused("it is too long"));
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [_, payload, _] = parts[..] else { return Err(refused("it has not three parts")) };
        let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).map_err(|_| refused("its middle is not base64"))?;
        let claims: BTreeMap<String, Value> = serde_json::from_slice(&bytes).map_err(|_| refused("its middle is not a JSON object"))?;
        Ok(Self(claims.into_iter().map(|(name, value)| (one_line(&name, VALUE_MAX_CHARS), values(&value))).collect()))
    }

    /// Claims by name, each with one value.
    pub fn new<N: Into<String>, V: Into<String>>(claims: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(claims.into_iter().map(|(name, value)| (name.into(), vec![value.into()])).collect())
    }

    /// All values of a claim; none when the token has no such claim.
    pub fn values(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The value of a claim that has one.
    pub fn get(&self, name: &str) -> Option<&str> {
        match self.values(name) {
            [value] => Some(value),
            [] | [_, _, ..] => None,
        }
    }
}

fn values(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![one_line(text, VALUE_MAX_CHARS)],
        Value::Array(values) => values.iter().flat_map(self::values).collect(),
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![one_line(&value.to_string(), VALUE_MAX_CHARS)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.secret-signature", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn what_a_token_says_is_read() {
        let claims =
            Claims::of_token(&token(r#"{"aud":["a","b"],"sub":"repo:O/R:ref:x","run_attempt":1,"environment":null,"x":"a\u001b[31m\nb"}"#)).expect("a token");
        assert_eq!(claims.values("aud"), ["a", "b"]);
        assert_eq!((claims.get("aud"), claims.get("sub"), claims.get("run_attempt")), (None, Some("repo:O/R:ref:x"), Some("1")));
        assert_eq!((claims.get("environment"), claims.get("ref"), claims.get("x")), (None, None, Some("a[31m b")));
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_repeated() {
        for text in
            ["", "secret", "secret.secret", "secret.secret.secret", "secret.!.secret", "a.b.secret.d", &token("[]"), &token("{"), &"secret".repeat(20_000)]
        {
            let said = Claims::of_token(text).expect_err(text).to_string();
            assert!(said.starts_with("what came in place of a token is none") && !said.contains("secret"), "{said}");
        }
    }
}
