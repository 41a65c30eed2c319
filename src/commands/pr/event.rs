//! The event that a comment is made for: the end of a run of the workflow `packages`.

use serde::Deserialize;

use crate::domain::web_address;
use crate::github::{GitHubError, Head, Repository, event};
use crate::pull::{Ending, Run};

/// What GitHub says of the run. Names of branches and owners are strangers' texts.
#[derive(Debug, Deserialize)]
pub(super) struct FinishedRun {
    id: u64,
    /// What started it.
    event: String,
    head_sha: String,
    head_branch: Option<String>,
    conclusion: Option<String>,
    /// Nothing when the fork is gone.
    head_repository: Option<HeadRepository>,
}

#[derive(Debug, Deserialize)]
struct HeadRepository {
    owner: Owner,
}

#[derive(Debug, Deserialize)]
struct Owner {
    login: String,
}

#[derive(Debug, Deserialize)]
struct Event {
    workflow_run: FinishedRun,
}

impl FinishedRun {
    /// As GitHub tells the job.
    ///
    /// # Errors
    /// When there is no event, or it is about something else.
    pub(super) fn from_environment() -> Result<Self, GitHubError> {
        Ok(event::<Event>()?.workflow_run)
    }

    /// Whether it was of a pull request.
    pub(super) fn is_of_a_pull_request(&self) -> bool {
        self.event == "pull_request"
    }

    /// Where its change comes from; nothing when that is gone.
    ///
    /// # Errors
    /// When it is no commit, or no name.
    pub(super) fn head(&self) -> anyhow::Result<Option<Head>> {
        let (Some(repository), Some(branch)) = (&self.head_repository, &self.head_branch) else { return Ok(None) };
        Ok(Some(Head::new(&self.head_sha, &repository.owner.login, branch)?))
    }

    /// The commit that it was of.
    pub(super) fn sha(&self) -> &str {
        &self.head_sha
    }

    /// How it ended.
    pub(super) fn ending(&self) -> Ending {
        Ending::of(self.conclusion.as_deref().unwrap_or_default())
    }

    /// The run in words: its page is made of its number, so that it can lead nowhere else.
    ///
    /// # Errors
    /// When the address of the server is none.
    pub(super) fn run(&self, repository: &Repository) -> Result<Run, GitHubError> {
        let server = std::env::var("GITHUB_SERVER_URL").ok().filter(|server| !server.is_empty()).unwrap_or_else(|| "https://github.com".to_owned());
        let url = web_address(&format!("{}/{repository}/actions/runs/{}", server.trim_end_matches('/'), self.id));
        let invalid = || GitHubError::Variable { name: "GITHUB_SERVER_URL", reason: "it is not the address of a server".to_owned() };
        Ok(Run { url: url.ok_or_else(invalid)?, ending: self.ending() })
    }
}
