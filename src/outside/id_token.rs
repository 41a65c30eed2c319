//! The token by which a job of GitHub Actions shows who it is.
//!
//! GitHub makes one for whoever the job names as its audience; it lives for minutes, and whoever has it can log in as the
//! job. It is therefore never printed, kept or written: what it says is in [`Claims`].
//! <https://docs.github.com/en/actions/reference/security/oidc>

use std::fmt;

use backon::{ExponentialBuilder, Retryable as _};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::OutsideError;
use super::http::{Http, host};
use crate::domain::Claims;

/// The variables by which a job that has `id-token: write` gets its tokens.
pub const REQUEST_URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
/// The secret that belongs to it.
pub const REQUEST_TOKEN: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
/// Longest answer that is read, in bytes: larger than any that has one token in it.
const ANSWER_MAX_BYTES: u64 = 64 << 10;
const TRIES_AGAIN_MAX: usize = 3;

/// Where a job gets its tokens.
#[derive(Clone)]
pub struct IdTokens {
    url: String,
    bearer: String,
}

/// A token of a job: a secret, for as long as it lives. Its `Debug` tells nothing of it.
#[derive(Clone)]
pub struct IdToken(String);

#[derive(Deserialize)]
struct Answer {
    value: String,
}

impl IdTokens {
    /// As the environment says, or the name of the variable that is missing.
    ///
    /// # Errors
    /// When there is no such variable: the job lacks `id-token: write`, or this is no job.
    pub fn from(variable: impl Fn(&str) -> Option<String>) -> Result<Self, &'static str> {
        let given = |name: &'static str| variable(name).ok_or(name);
        Ok(Self { url: given(REQUEST_URL)?, bearer: given(REQUEST_TOKEN)? })
    }

    /// A new token for this audience.
    ///
    /// # Errors
    /// When GitHub cannot be reached, refuses, or answers with something else. The error has no part of any token.
    pub async fn get(&self, http: &Http, audience: &str) -> Result<IdToken, OutsideError> {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}audience={}", self.url, utf8_percent_encode(audience, NON_ALPHANUMERIC));
        let ask = || http.get_as(&self.bearer, &url, ANSWER_MAX_BYTES);
        let body = ask.retry(ExponentialBuilder::default().with_jitter().with_max_times(TRIES_AGAIN_MAX)).when(OutsideError::is_transient).await?;
        // What serde says of a wrong answer may quote it.
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| OutsideError::Answer { url: format!("https://{}/…", host(&url)), reason: "it has no token in it".to_owned() })?;
        Ok(IdToken(answer.value))
    }
}

impl IdToken {
    /// What it says.
    ///
    /// # Errors
    /// When it is none.
    pub fn claims(&self) -> Result<Claims, crate::domain::Invalid> {
        Claims::of_token(&self.0)
    }

    /// The token itself: for whoever lets it in, and for nobody else.
    pub(super) fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdToken(…)")
    }
}

impl fmt::Debug for IdTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokens(…)")
    }
}
