//! What the stand-in knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Fault;

/// Everything. What is left out of a new state is as in an empty repository.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// `owner/name`.
    pub repository: String,
    /// Who writes with a token.
    pub me: User,
    pub pulls: Vec<Pull>,
    pub issues: Vec<Issue>,
    pub comments: Vec<Comment>,
    pub statuses: Vec<Status>,
    pub runs: Vec<Run>,
    pub dispatches: Vec<Dispatch>,
    /// By user: `admin`, `write`, `read` or `none`.
    pub permissions: BTreeMap<String, String>,
    /// Answers to anything else, by method and path: `GET /repos/o/r/environments`.
    pub answers: BTreeMap<String, Canned>,
    /// What goes wrong next.
    pub faults: Vec<Fault>,
    /// All that was asked, in order.
    pub log: Vec<Logged>,
    /// The time that answers are dated with, in seconds since 1970.
    pub now: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub login: String,
    #[serde(rename = "type")]
    pub kind: String,
}

impl User {
    pub fn person(login: &str) -> Self {
        Self { login: login.to_owned(), kind: "User".to_owned() }
    }

    pub fn bot(login: &str) -> Self {
        Self { login: login.to_owned(), kind: "Bot".to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pull {
    pub number: u64,
    pub state: String,
    pub head_sha: String,
    pub head_owner: String,
    pub head_branch: String,
    /// The repository that it is against.
    pub base_repository: String,
    #[serde(default)]
    pub files: Vec<File>,
    /// Commits that it has besides its head.
    #[serde(default)]
    pub commits: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub filename: String,
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_filename: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    pub number: u64,
    pub title: String,
    #[serde(default)]
    pub body: Option<String>,
    pub state: String,
    #[serde(default)]
    pub labels: Vec<String>,
    pub user: User,
    #[serde(default)]
    pub is_pull_request: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    pub id: u64,
    pub issue: u64,
    pub body: String,
    pub user: User,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Status {
    pub sha: String,
    pub state: String,
    pub context: String,
    pub description: Option<String>,
    pub target_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    pub workflow: String,
    pub event: String,
    pub status: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispatch {
    pub workflow: String,
    #[serde(rename = "ref")]
    pub branch: String,
    pub inputs: BTreeMap<String, String>,
}

/// A fixed answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Canned {
    pub status: u16,
    pub body: Value,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logged {
    pub method: String,
    pub path: String,
    pub query: String,
    /// By lower-case name.
    pub headers: BTreeMap<String, String>,
    pub body: Value,
    /// Of the answer; 0 when there was none.
    pub status: u16,
    /// What the validator answered, when there is one: its status, and what it found wrong.
    #[serde(default)]
    pub validated: Option<(u16, String)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            repository: "owner/layers".to_owned(),
            me: User::bot("github-actions[bot]"),
            pulls: Vec::new(),
            issues: Vec::new(),
            comments: Vec::new(),
            statuses: Vec::new(),
            runs: Vec::new(),
            dispatches: Vec::new(),
            permissions: BTreeMap::new(),
            answers: BTreeMap::new(),
            faults: Vec::new(),
            log: Vec::new(),
            // 2026-11-22T20:00:00Z
            now: 1_795_377_600,
        }
    }
}

impl State {
    /// The requests that change something, as method and path.
    pub fn writes(&self) -> Vec<String> {
        let writes = self.log.iter().filter(|logged| logged.method != "GET");
        writes.map(|logged| format!("{} {}", logged.method, logged.path)).collect()
    }

    /// A number that no issue, pull request or comment has.
    pub fn next_number(&self) -> u64 {
        let issues = self.issues.iter().map(|issue| issue.number);
        let pulls = self.pulls.iter().map(|pull| pull.number);
        1 + issues.chain(pulls).chain(self.comments.iter().map(|comment| comment.id)).max().unwrap_or(0)
    }
}
