//! What happened, as GitHub tells the job that it started: the file at `GITHUB_EVENT_PATH`.
//!
//! Its texts are those of strangers.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::GitHubError;
use super::comments::User;
use crate::domain::one_line;
use crate::outside::files;

/// Largest event that is read, in bytes. GitHub sends none that is larger than 25 MB.
/// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>
pub const EVENT_MAX_BYTES: u64 = 25 << 20;

/// Somebody commented on an issue or a pull request.
#[derive(Debug, Deserialize)]
pub struct IssueComment {
    /// `created`, `edited` or `deleted`.
    pub action: String,
    /// The issue or pull request that it was written on.
    pub issue: EventIssue,
    /// What was written.
    pub comment: EventComment,
}

/// An issue, or a pull request.
#[derive(Debug, Deserialize)]
pub struct EventIssue {
    /// Its number in the repository.
    pub number: u64,
    /// What its author wrote.
    #[serde(default)]
    pub body: Option<String>,
    /// Set for pull requests.
    #[serde(default)]
    pull_request: Option<serde::de::IgnoredAny>,
}

/// A comment on an issue or a pull request.
#[derive(Debug, Deserialize)]
pub struct EventComment {
    /// Its number, unlike that of any other comment.
    pub id: u64,
    /// Its text, as Markdown. A stranger's.
    #[serde(default)]
    pub body: String,
    user: Option<User>,
}

impl EventIssue {
    /// Whether it is a pull request.
    pub fn is_pull_request(&self) -> bool {
        self.pull_request.is_some()
    }
}

impl EventComment {
    /// The person who wrote it; nothing when that was a program, or the account is gone.
    pub fn person(&self) -> Option<&str> {
        self.user.as_ref().filter(|user| user.kind == "User").map(|user| user.login.as_str())
    }
}

/// The event that started this job.
///
/// # Errors
/// When there is none, or it is another kind of event.
pub fn event<T: DeserializeOwned>() -> Result<T, GitHubError> {
    let wrong = |reason: String| GitHubError::Variable { name: "GITHUB_EVENT_PATH", reason };
    let path = std::env::var_os("GITHUB_EVENT_PATH").filter(|path| !path.is_empty()).map(PathBuf::from);
    let path = path.ok_or_else(|| wrong("it is not set: GitHub sets it in workflows, to the file of the event".to_owned()))?;
    let bytes = files::read(&path, EVENT_MAX_BYTES).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(format!("the event is not the one that this is for: {}", one_line(&error.to_string(), 200))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_person_is_one_and_a_pull_request_is_no_issue() {
        let event = |kind: &str, pull: &str| -> IssueComment {
            let text = format!(
                r#"{{"action":"created","issue":{{"number":3,"body":null{pull}}},"comment":{{"id":7,"body":"x","user":{{"login":"me","type":"{kind}"}},"author_association":"OWNER"}}}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        assert_eq!(event("User", "").comment.person(), Some("me"));
        assert_eq!(event("Bot", "").comment.person(), None);
        assert!(!event("User", "").issue.is_pull_request());
        assert!(event("User", r#","pull_request":{"url":"x"}"#).issue.is_pull_request());
    }
}
