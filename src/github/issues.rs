//! The one issue that tells of what is wrong: opened, kept up to date, closed, and opened again.

use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;

use super::client::Made;
use super::comments::{User, begins_with, same, with_marker};
use super::pages::{Go, Told};
use super::request::Call;
use super::sections::Sections;
use super::{GitHub, GitHubError};

/// Pages of issues with our label that are looked through.
const ISSUE_PAGES_MAX: usize = 10;

/// An issue of which there is one. It is found by all three, and by our being its author: a stranger can copy a marker, and
/// only those who may write to the repository set labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rolling<'a> {
    /// The hidden line that its text begins with: `<!-- klayers:incident -->`.
    pub marker: &'a str,
    /// The label by which it is found.
    pub label: &'a str,
    /// Its title when it is opened; people may change it.
    pub title: &'a str,
}

/// What was done with the issue, with its number where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raised {
    /// There was none; one was opened.
    Opened,
    /// It was closed, and is open again.
    Reopened(u64),
    /// It says something else now.
    Updated(u64),
    /// It says that already.
    Unchanged(u64),
}

/// What was done with the issue when all was well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It has nothing more to tell.
    Closed(u64),
    /// It still tells of something else.
    Updated(u64),
    /// There was nothing to do.
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    number: u64,
    is_open: bool,
    body: String,
}

#[derive(Debug, Deserialize)]
struct Listed {
    number: u64,
    state: String,
    #[serde(default)]
    body: Option<String>,
    user: Option<User>,
    #[serde(default)]
    pull_request: Option<serde::de::IgnoredAny>,
}

impl GitHub {
    /// Says `text` in the section `section` of the issue: of the one that is open, where other sections stay; or else of the
    /// newest closed one, which is opened again and gets `news` as a comment, so that those who follow it hear of it; or
    /// else of a new one.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or there are too many issues with the label.
    pub async fn raise_issue(&self, rolling: &Rolling<'_>, section: &str, text: &str, news: &str) -> Result<Raised, GitHubError> {
        let body = |before: Sections| with_marker(rolling.marker, &before.with(section, text).text(rolling.marker));
        let fresh = body(Sections::default());
        let new = json!({ "title": rolling.title, "body": fresh, "labels": [rolling.label] });
        let create = Call::create("open the issue", self.path("issues"), &new);
        let found = match self.make_once(&create, async || Ok(self.issues(rolling).await?.into_iter().next())).await? {
            Made::Now => return Ok(Raised::Opened),
            Made::WasThere(found) => found,
        };
        let number = found.number;
        if !found.is_open {
            self.change_issue(number, &json!({ "body": fresh, "state": "open" })).await?;
            self.comment_once(number, news).await?;
            return Ok(Raised::Reopened(number));
        }
        let body = body(Sections::read(&found.body));
        if same(&found.body) == same(&body) {
            return Ok(Raised::Unchanged(number));
        }
        self.change_issue(number, &json!({ "body": body })).await?;
        Ok(Raised::Updated(number))
    }

    /// Takes the section `section` out of the issue, if it is open. When no other is left, closes it and says `news` in a
    /// comment.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or there are too many issues with the label.
    pub async fn settle_issue(&self, rolling: &Rolling<'_>, section: &str, news: &str) -> Result<Settled, GitHubError> {
        let mut settled = Settled::Nothing;
        for issue in self.issues(rolling).await?.into_iter().filter(|issue| issue.is_open) {
            let sections = Sections::read(&issue.body);
            let rest = sections.clone().without(section);
            if rest.is_empty() {
                // Closed first: when this ends in between, what is missing is words and not the end.
                self.change_issue(issue.number, &json!({ "state": "closed", "state_reason": "completed" })).await?;
                self.comment_once(issue.number, news).await?;
                settled = Settled::Closed(issue.number);
            } else if rest != sections {
                self.change_issue(issue.number, &json!({ "body": with_marker(rolling.marker, &rest.text(rolling.marker)) })).await?;
                settled = Settled::Updated(issue.number);
            }
        }
        Ok(settled)
    }

    /// Adds a comment. When nobody knows whether it came to be, it is not said again.
    async fn comment_once(&self, number: u64, body: &str) -> Result<(), GitHubError> {
        let call = Call::create(format!("comment on #{number}"), self.path(&format!("issues/{number}/comments")), &json!({ "body": body }));
        match self.send(&call).await {
            Err(error @ GitHubError::Unsure { .. }) => {
                tracing::warn!("{error}");
                Ok(())
            }
            sent => sent.map(drop),
        }
    }

    async fn change_issue(&self, number: u64, change: &serde_json::Value) -> Result<(), GitHubError> {
        self.send(&Call::set(Method::PATCH, format!("change #{number}"), self.path(&format!("issues/{number}")), change)).await.map(drop)
    }

    /// Ours, the open ones first, then the newest.
    async fn issues(&self, rolling: &Rolling<'_>) -> Result<Vec<Found>, GitHubError> {
        let what = format!("list the issues labelled `{}`", rolling.label);
        let path = self.path(&format!("issues?state=all&sort=created&direction=desc&labels={}", utf8_percent_encode(rolling.label, NON_ALPHANUMERIC)));
        let mut found = Vec::new();
        let is_ours = |issue: &Listed| {
            let text = issue.body.as_deref().unwrap_or("");
            issue.pull_request.is_none() && issue.user.as_ref().is_some_and(|user| user.is(&self.settings().author)) && begins_with(text, rolling.marker)
        };
        let told = self
            .pages(&what, &path, ISSUE_PAGES_MAX, |page: Vec<Listed>| {
                let ours = page.into_iter().filter(&is_ours);
                found.extend(ours.map(|issue| Found { number: issue.number, is_open: issue.state == "open", body: issue.body.unwrap_or_default() }));
                Go::On
            })
            .await?;
        if told == Told::TooMany {
            return Err(GitHubError::NotUnderstood { what, reason: "there are too many to look through".to_owned() });
        }
        found.sort_by_key(|issue| (!issue.is_open, std::cmp::Reverse(issue.number)));
        Ok(found)
    }
}
