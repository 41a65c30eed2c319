//! The status of a commit, beside its checks.

use http::Method;
use serde::Serialize;

use super::pulls::commit;
use super::request::Call;
use super::{GitHub, GitHubError};
use crate::domain::{one_line, web_address};

/// Under which name our status stands.
const CONTEXT: &str = "klayers/packages";
/// Longest description that GitHub takes, in characters.
const DESCRIPTION_MAX_CHARS: usize = 140;

/// What a status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CommitState {
    /// It is not known yet.
    Pending,
    /// The commit is good.
    Success,
    /// The commit is not good.
    Failure,
}

#[derive(Debug, Serialize)]
struct Body<'a> {
    state: CommitState,
    context: &'a str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_url: Option<String>,
}

impl GitHub {
    /// Sets `klayers/packages` on a commit; what it said before no longer counts. The description is made one line of
    /// at most 140 characters; `url` is the page that it leads to.
    ///
    /// # Errors
    /// When the commit is none, or GitHub cannot be asked.
    pub async fn set_status(&self, sha: &str, state: CommitState, description: &str, url: Option<&str>) -> Result<(), GitHubError> {
        let what = "set the status of a commit";
        let sha = commit(sha).map_err(|error| GitHubError::Invalid { what: what.to_owned(), reason: error.to_string() })?;
        let body = Body { state, context: CONTEXT, description: one_line(description, DESCRIPTION_MAX_CHARS), target_url: url.and_then(web_address) };
        self.send(&Call::set(Method::POST, what, self.path(&format!("statuses/{sha}")), &body)).await.map(drop)
    }
}
