//! GitHub: its API, through octocrab, and what the environment of its jobs tells.
//!
//! [`GitHub::from_environment`] is the API as one repository's job sees it ([`Settings`]). Every call goes through one
//! function of `client.rs`, which alone knows
//! [rate limits](https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api), time-outs and
//! repetition ([`Patience`]). On top of it, a file for each thing that is asked: comments, issues, pull requests,
//! statuses, users, workflows, and how the repository is set up ([`Seen`]). [`event()`] reads what started the job.
//! Begin at [`GitHub`], then `comments.rs`, which shows the pattern.
//!
//! Two ideas. Everything that must be there once is looked for before it is made, and again when nobody knows whether
//! it was: a comment or an issue is found by a hidden marker *and* by its author, since anybody can copy a marker. And
//! what GitHub answers is data of strangers: titles, names and bodies are never trusted, and never printed as they are;
//! which pull request a run was of comes from the API ([`GitHub::pull_by_head`]), never from what the run says.
//!
//! Everything that a workflow asks of GitHub is asked here, so that limits are respected once, and no workflow needs a
//! program of its own for it. No error and no log line has the token.

mod answer;
mod client;
mod comments;
mod environment;
mod error;
mod event;
mod issues;
mod pages;
mod patience;
mod pulls;
mod request;
mod sections;
mod setup;
mod statuses;
mod users;
mod workflows;

pub use client::GitHub;
pub use comments::Upserted;
pub use environment::{Author, BOT, Repository, Settings, run_url};
pub use error::GitHubError;
pub use event::{EVENT_MAX_BYTES, EventComment, EventIssue, IssueComment, event};
pub use issues::{Raised, Rolling, Settled};
pub use patience::{Patience, Pause, RealPause};
pub use pulls::{ByHead, ChangedFile, ChangedFiles, FILES_MAX, FileStatus, Head, PullRequest};
pub use setup::{ActionsFacts, EnvironmentFacts, OwnerFacts, PagesFacts, RepositoryFacts, Seen, TokenFacts, WorkflowFacts};
pub use statuses::CommitState;
pub use users::Permission;
pub use workflows::{Workflow, branch};
