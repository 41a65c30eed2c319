//! The one comment that we keep on an issue or a pull request.

use http::Method;
use serde::Deserialize;
use serde_json::json;

use super::client::Made;
use super::pages::{Go, Told};
use super::request::Call;
use super::{Author, GitHub, GitHubError};
use crate::domain::COMMENT_MAX_BYTES;

/// Pages of comments that are looked through for ours.
const COMMENT_PAGES_MAX: usize = 100;
const CUT: &str = "\n\n*This is not all: the rest is too long for a comment.*";

/// What was done with a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upserted {
    /// There was none; one was made.
    Created,
    /// It says something else now.
    Updated,
    /// It says that already; nothing was called.
    Unchanged,
}

#[derive(Debug, Deserialize)]
pub(super) struct Comment {
    pub id: u64,
    #[serde(default)]
    pub body: Option<String>,
    pub user: Option<User>,
}

/// Who wrote something; nothing when the account is gone.
#[derive(Debug, Deserialize)]
pub(super) struct User {
    pub login: String,
    #[serde(rename = "type")]
    pub kind: String,
}

impl User {
    /// Whether it is this author. A marker alone proves nothing: anybody can copy it.
    pub fn is(&self, author: &Author) -> bool {
        self.login == author.login && (self.kind == "Bot") == author.is_bot
    }
}

impl GitHub {
    /// Says `body` in the one comment of ours on `number` that begins with `marker`, a hidden line such as
    /// `<!-- klayers:packages -->`: changes it, or makes it. A body that is too long is cut at the end of a line.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or when there are too many comments to look through.
    pub async fn upsert_comment(&self, number: u64, marker: &str, body: &str) -> Result<Upserted, GitHubError> {
        let body = with_marker(marker, body);
        let create = Call::create(format!("comment on #{number}"), self.path(&format!("issues/{number}/comments")), &json!({ "body": body }));
        let comment = match self.make_once(&create, async || self.comment(number, marker).await).await? {
            Made::Now => return Ok(Upserted::Created),
            Made::WasThere(comment) => comment,
        };
        if comment.body.as_deref().is_some_and(|before| same(before) == same(&body)) {
            return Ok(Upserted::Unchanged);
        }
        // PATCH, as the API's description says; octocrab's own function sends POST.
        let path = self.path(&format!("issues/comments/{}", comment.id));
        self.send(&Call::set(Method::PATCH, format!("change our comment on #{number}"), path, &json!({ "body": body }))).await?;
        Ok(Upserted::Updated)
    }

    /// Whether we said something on `number` that begins with `marker`.
    ///
    /// # Errors
    /// As [`upsert_comment`](Self::upsert_comment).
    pub async fn has_commented(&self, number: u64, marker: &str) -> Result<bool, GitHubError> {
        Ok(self.comment(number, marker).await?.is_some())
    }

    /// Our oldest comment that begins with `marker`.
    async fn comment(&self, number: u64, marker: &str) -> Result<Option<Comment>, GitHubError> {
        let what = format!("list the comments of #{number}");
        let mut found = None;
        let is_ours = |comment: &Comment| {
            comment.user.as_ref().is_some_and(|user| user.is(&self.settings().author)) && comment.body.as_deref().is_some_and(|body| begins_with(body, marker))
        };
        let told = self
            .pages(&what, &self.path(&format!("issues/{number}/comments")), COMMENT_PAGES_MAX, |page: Vec<Comment>| {
                found = page.into_iter().find(&is_ours);
                if found.is_some() { Go::Stop } else { Go::On }
            })
            .await?;
        match told {
            Told::All | Told::Enough => Ok(found),
            Told::TooMany => Err(GitHubError::NotUnderstood { what, reason: "there are too many to look through".to_owned() }),
        }
    }
}

/// Whether a text begins with a line that is `marker`.
pub(super) fn begins_with(body: &str, marker: &str) -> bool {
    body.lines().next().is_some_and(|line| line.trim_end() == marker)
}

/// The text below its marker, cut to what GitHub takes.
pub(super) fn with_marker(marker: &str, body: &str) -> String {
    let body = if begins_with(body, marker) { body.to_owned() } else { format!("{marker}\n{body}") };
    if body.len() <= COMMENT_MAX_BYTES {
        return body;
    }
    let kept = &body[..body.floor_char_boundary(COMMENT_MAX_BYTES - CUT.len())];
    let whole_lines = kept.rfind('\n').filter(|end| *end > marker.len()).unwrap_or(kept.len());
    format!("{}{CUT}", &kept[..whole_lines])
}

/// What GitHub may change of a text by itself does not count.
pub(super) fn same(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKER: &str = "<!-- klayers:x -->";

    #[test]
    fn a_comment_begins_with_its_marker_and_is_cut_between_lines() {
        assert_eq!(with_marker(MARKER, "one\n"), format!("{MARKER}\none\n"));
        assert_eq!(with_marker(MARKER, &format!("{MARKER}\none")), format!("{MARKER}\none"));
        let long = with_marker(MARKER, &"| ä line |\n".repeat(10_000));
        assert!(long.len() <= COMMENT_MAX_BYTES && long.len() > COMMENT_MAX_BYTES - 200, "{}", long.len());
        assert!(long.ends_with(&format!("| ä line |{CUT}")) && begins_with(&long, MARKER));
        let one_line = with_marker(MARKER, &"ä".repeat(40_000));
        assert!(one_line.len() <= COMMENT_MAX_BYTES && begins_with(&one_line, MARKER) && one_line.ends_with(CUT));
        assert!(one_line.len() > COMMENT_MAX_BYTES - 200, "what is one line is cut in it");
    }

    #[test]
    fn only_a_first_line_that_is_the_marker_counts() {
        for (body, expected) in [
            (MARKER, true),
            ("<!-- klayers:x -->\r\nmore", true),
            ("<!-- klayers:x --> more", false),
            ("more\n<!-- klayers:x -->", false),
            ("> <!-- klayers:x -->", false),
            ("", false),
        ] {
            assert_eq!(begins_with(body, MARKER), expected, "{body:?}");
        }
    }
}
