//! GitHub: its API, through octocrab, and the tokens that its jobs log in with.
//!
//! Everything that a workflow asks of GitHub is asked here, so that rate limits are respected once, and no workflow
//! needs a program of its own for it. What GitHub answers is data of strangers: titles, names and bodies are never
//! trusted, and never printed as they are.

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
pub use comments::{COMMENT_MAX_BYTES, Upserted};
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
