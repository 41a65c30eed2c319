//! An answer of the API, read no further than its limit.

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use octocrab::OctoBody;
use serde::de::DeserializeOwned;

use super::GitHubError;
use crate::domain::one_line;

const MESSAGE_MAX_CHARS: usize = 300;

/// An answer, whatever it says.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Why there is none.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// It broke off, or nothing came.
    Cut(String),
    /// It is longer than it may be.
    TooLong,
}

/// What GitHub says when it refuses.
#[derive(Debug, Default, serde::Deserialize)]
struct Refusal {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: serde_json::Value,
}

impl Answer {
    /// Reads an answer to its end, which may have `limit_bytes` at most.
    ///
    /// # Errors
    /// When it breaks off, or is longer.
    pub async fn read<B>(response: http::Response<B>, limit_bytes: usize) -> Result<Self, NoAnswer>
    where
        B: http_body_util::BodyExt<Data = Bytes, Error = octocrab::Error>,
    {
        let (parts, body) = response.into_parts();
        let collected = Limited::new(body, limit_bytes).collect().await;
        let body = collected.map_err(|error| if error.is::<LengthLimitError>() { NoAnswer::TooLong } else { NoAnswer::Cut(reason(&*error)) })?.to_bytes();
        Ok(Self { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// The text of a header; nothing when there is none of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What it says of why not, on one short line.
    pub fn message(&self) -> String {
        let said: Refusal = serde_json::from_slice(&self.body).unwrap_or_default();
        let errors = if said.errors.is_null() { String::new() } else { format!(" {}", said.errors) };
        let said = one_line(&format!("{}{errors}", said.message), MESSAGE_MAX_CHARS);
        if said.is_empty() { "it gave no reason".to_owned() } else { said }
    }

    /// The value that it is.
    ///
    /// # Errors
    /// [`GitHubError::NotUnderstood`], about `what`, when it is none.
    pub fn parse<T: DeserializeOwned>(&self, what: &str) -> Result<T, GitHubError> {
        let not_understood =
            |error: serde_json::Error| GitHubError::NotUnderstood { what: what.to_owned(), reason: one_line(&error.to_string(), MESSAGE_MAX_CHARS) };
        serde_json::from_slice(&self.body).map_err(not_understood)
    }
}

/// The body of a request.
pub(super) fn body(json: Option<&serde_json::Value>) -> OctoBody {
    json.map_or_else(OctoBody::empty, |json| json.to_string().into())
}

/// What an error says with all that caused it; octocrab's own says only that there was one.
pub(super) fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let mut said = Vec::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        said.push(error.to_string());
        cause = error.source();
    }
    let last = said.pop().unwrap_or_default();
    one_line(&last, MESSAGE_MAX_CHARS)
}
