//! Pull requests, found by the commit that a run was of.
//!
//! A run says of a fork's pull request only its commit, owner and branch: the list of pull requests in its event is
//! empty then. What a run itself hands on may be anybody's words, so the number comes from here alone.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::pages::{Go, PAGE};
use super::request::Call;
use super::{GitHub, GitHubError};
use crate::domain::{Invalid, shown};

/// Most files of a pull request that GitHub tells. <https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files>
pub const FILES_MAX: usize = 3000;
/// Pages of pull requests that are looked through: one commit or branch has few.
const PULLS_PAGES_MAX: usize = 5;

/// Where a change comes from, as a run tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    sha: String,
    owner: String,
    branch: String,
}

/// A pull request that is open and against this repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// The commit that it is at.
    pub head_sha: String,
}

/// What became of a pull request since its run began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByHead {
    /// It is at that commit.
    Found(PullRequest),
    /// It has other commits now, which have a run of their own.
    MovedOn(PullRequest),
    /// No pull request of that branch is open.
    None,
}

/// What a pull request changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFiles {
    /// The files, in GitHub's order.
    pub files: Vec<ChangedFile>,
    /// Whether these are all: of very many GitHub does not tell all.
    pub is_all: bool,
}

/// A file that a pull request changes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChangedFile {
    /// Its path. A stranger's text.
    pub filename: String,
    /// The path that it had before, when it was renamed.
    #[serde(default)]
    pub previous_filename: Option<String>,
    /// What was done to it.
    pub status: FileStatus,
}

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its text is another.
    Modified,
    /// It has another path.
    Renamed,
    /// It is made from another.
    Copied,
    /// Its mode is another.
    Changed,
    /// Nothing was.
    Unchanged,
    /// What GitHub did not do when this was written.
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
struct Pull {
    number: u64,
    state: String,
    head: Side,
    base: Side,
}

#[derive(Debug, Deserialize)]
struct Side {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    /// Nothing when the fork is gone.
    repo: Option<SideRepository>,
    user: Option<User>,
}

#[derive(Debug, Deserialize)]
struct SideRepository {
    full_name: String,
}

#[derive(Debug, Deserialize)]
struct User {
    login: String,
}

impl Head {
    /// A head, from what an event says.
    ///
    /// # Errors
    /// When the commit is no commit, or a name is none.
    pub fn new(sha: &str, owner: &str, branch: &str) -> Result<Self, Invalid> {
        let is_owner = (1..=100).contains(&owner.len()) && owner.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if !is_owner {
            return Err(Invalid(format!("`{}` is not the name of an account", shown(owner))));
        }
        if branch.is_empty() || branch.len() > 1024 || branch.contains(char::is_control) {
            return Err(Invalid(format!("`{}` is not the name of a branch", shown(branch))));
        }
        Ok(Self { sha: commit(sha)?.to_owned(), owner: owner.to_owned(), branch: branch.to_owned() })
    }
}

/// A commit's name, when it is one.
pub(super) fn commit(sha: &str) -> Result<&str, Invalid> {
    let is_commit = matches!(sha.len(), 40 | 64) && sha.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if is_commit { Ok(sha) } else { Err(Invalid(format!("`{}` is not a commit", shown(sha)))) }
}

impl GitHub {
    /// The open pull request against this repository whose run was of `head`.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn pull_by_head(&self, head: &Head) -> Result<ByHead, GitHubError> {
        let what = format!("find the pull request of {}", head.sha);
        let mut pulls = Vec::new();
        let mut keep = |page: Vec<Pull>| {
            pulls.extend(page);
            Go::On
        };
        let of_commit = self.pages(&what, &self.path(&format!("commits/{}/pulls", head.sha)), PULLS_PAGES_MAX, &mut keep).await;
        match of_commit {
            // A commit that nobody has any more: it was replaced.
            Err(GitHubError::Refused { status: 404 | 409 | 422, .. }) => {}
            told => drop(told?),
        }
        if let Some(found) = ours(&pulls, head, self).find(|pull| pull.head.sha == head.sha) {
            return Ok(ByHead::Found(PullRequest { number: found.number, head_sha: found.head.sha.clone() }));
        }
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let path = self.path(&format!("pulls?state=open&head={}:{}", escaped(&head.owner), escaped(&head.branch)));
        let mut pulls = Vec::new();
        self.pages(&what, &path, PULLS_PAGES_MAX, |page: Vec<Pull>| {
            pulls.extend(page);
            Go::On
        })
        .await?;
        let pull = |pull: &Pull| PullRequest { number: pull.number, head_sha: pull.head.sha.clone() };
        let at_head = ours(&pulls, head, self).find(|pull| pull.head.sha == head.sha).map(|found| ByHead::Found(pull(found)));
        let moved = || ours(&pulls, head, self).next().map(|found| ByHead::MovedOn(pull(found)));
        Ok(at_head.or_else(moved).unwrap_or(ByHead::None))
    }

    /// What a pull request changes.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn files_of_pull(&self, number: u64) -> Result<ChangedFiles, GitHubError> {
        let mut files = Vec::new();
        let path = self.path(&format!("pulls/{number}/files"));
        self.pages(&format!("list the files of #{number}"), &path, FILES_MAX / PAGE, |page: Vec<ChangedFile>| {
            files.extend(page);
            Go::On
        })
        .await?;
        files.truncate(FILES_MAX);
        Ok(ChangedFiles { is_all: files.len() < FILES_MAX, files })
    }

    /// The commit that a pull request is at now; nothing when it is not open any more.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn head_of_pull(&self, number: u64) -> Result<Option<String>, GitHubError> {
        let pull: Pull = self.ask(&Call::get(format!("read #{number}"), self.path(&format!("pulls/{number}")))).await?;
        Ok((pull.state == "open").then_some(pull.head.sha))
    }
}

/// Those that are open, against this repository, and of that owner's branch; the oldest first. Another's pull request may
/// have the same commit.
fn ours<'a>(pulls: &'a [Pull], head: &'a Head, github: &'a GitHub) -> impl Iterator<Item = &'a Pull> {
    let is_ours = move |pull: &&Pull| {
        let owner = pull.head.user.as_ref().is_some_and(|user| user.login.eq_ignore_ascii_case(&head.owner));
        let base = pull.base.repo.as_ref().is_some_and(|repository| github.repository().is(&repository.full_name));
        pull.state == "open" && base && owner && pull.head.branch == head.branch
    };
    let mut found: Vec<&Pull> = pulls.iter().filter(is_ours).collect();
    found.sort_by_key(|pull| pull.number);
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_what_it_must_be() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        assert!(Head::new(sha, "some-owner", "feature/ü #1").is_ok());
        for (sha, owner, branch) in [
            ("0123", "owner", "main"),
            ("../../../../../../../../../../../../../..", "owner", "main"),
            ("0123456789ABCDEF0123456789ABCDEF01234567", "owner", "main"),
            (sha, "", "main"),
            (sha, "owner/other", "main"),
            (sha, "owner&state=all", "main"),
            (sha, "owner", ""),
            (sha, "owner", "a\nb"),
        ] {
            assert!(Head::new(sha, owner, branch).is_err(), "{sha} {owner} {branch}");
        }
    }

    #[test]
    fn a_file_may_have_had_done_to_it_what_nobody_knows_yet() {
        let file: ChangedFile = serde_json::from_str(r#"{"filename":"a","status":"transmogrified","sha":"1"}"#).unwrap();
        assert_eq!(file, ChangedFile { filename: "a".to_owned(), previous_filename: None, status: FileStatus::Other });
    }
}
