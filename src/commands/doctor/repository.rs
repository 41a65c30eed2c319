//! Which repository is looked at, and by which token.

use std::sync::Arc;

use anyhow::Context as _;

use crate::commands::context::Context;
use crate::commands::init::repository;
use crate::config::{self, Settings as ServiceSettings};
use crate::github::{GitHub, Patience, RealPause, Repository, RepositoryFacts, Settings};
use crate::outside::aws_login::variable;

const API: &str = "https://api.github.com";

/// What is known of the repository.
pub struct Known {
    /// Its names.
    pub repository: Repository,
    /// GitHub, when there is a token.
    pub github: Option<GitHub>,
    /// What GitHub says of it, or why it does not.
    pub facts: Result<RepositoryFacts, String>,
    /// What `klayers.toml` says, when it can be understood.
    pub settings: Option<ServiceSettings>,
}

impl Known {
    /// Asks for as much as can be had.
    ///
    /// # Errors
    /// When there is no repository to look at, or a variable is wrong.
    pub async fn find(context: &Context) -> anyhow::Result<Self> {
        let name = repository(context).await.context("nothing says which repository\nhelp: set `GITHUB_REPOSITORY` to `owner/name`")?;
        let repository: Repository = name.parse()?;
        let token = variable("GITHUB_TOKEN").or_else(|| variable("GH_TOKEN"));
        let api = variable("GITHUB_API_URL").unwrap_or_else(|| API.to_owned());
        let settings = token.map(|token| Settings::new(&api, repository.clone(), token.trim())).transpose()?;
        let github = settings.map(|settings| GitHub::new(settings, Patience::default(), Arc::new(RealPause)));
        let facts = match &github {
            Some(github) => github.repository_facts().await.map_err(|error| error.to_string()),
            None => Err("neither `GITHUB_TOKEN` nor `GH_TOKEN` is set: settings are not looked at".to_owned()),
        };
        let settings = config::read(&context.root)?.catalog.map(|catalog| catalog.settings);
        Ok(Self { repository, github, facts, settings })
    }

    /// The branch that schedules run on.
    pub fn default_branch(&self) -> &str {
        self.facts.as_ref().map_or("main", |facts| facts.default_branch.as_str())
    }

    /// The names of the owner and the repository, with their capitals.
    pub fn names(&self) -> (String, String) {
        let full_name = self.facts.as_ref().map_or_else(|_| self.repository.to_string(), |facts| facts.full_name.clone());
        full_name.split_once('/').map(|(owner, name)| (owner.to_owned(), name.to_owned())).unwrap_or_default()
    }

    /// The numbers of the owner and the repository, as GitHub or the job's environment says.
    pub fn numbers(&self) -> Option<(String, String)> {
        match &self.facts {
            Ok(facts) => Some((facts.owner.id.to_string(), facts.id.to_string())),
            Err(_) => Some((variable("GITHUB_REPOSITORY_OWNER_ID")?, variable("GITHUB_REPOSITORY_ID")?)),
        }
    }
}
