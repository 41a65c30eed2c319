//! How a repository is set up, as far as the token may see. Nothing is changed here.
//!
//! Settings are for administrators: a job's token sees few of them, and GitHub answers the rest with 403, or with 404 as if they
//! were not there. What is not seen is [`Seen::Hidden`], which is not the same as absent.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::request::Call;
use super::{GitHub, GitHubError};

/// More environments' branches or workflows than these are not looked at.
const LISTED_MAX: usize = 100;

/// Something that the token may not be allowed to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen<T> {
    /// It is there, and this is it.
    There(T),
    /// There is none.
    Absent,
    /// GitHub does not say, and why.
    Hidden(String),
}

/// What a repository is, as far as anybody may see.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RepositoryFacts {
    /// Its number, which stays when it is renamed.
    pub id: u64,
    /// Owner and name as GitHub writes them, with their capitals.
    pub full_name: String,
    /// The account that it belongs to.
    pub owner: OwnerFacts,
    /// Whether it is a fork.
    pub fork: bool,
    /// The branch that schedules run on.
    pub default_branch: String,
    /// Whether it has issues. Forks begin without.
    pub has_issues: bool,
}

/// The owner of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OwnerFacts {
    /// Its number, which stays when it is renamed.
    pub id: u64,
    /// Its name, with its capitals.
    pub login: String,
}

/// Whether workflows run at all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ActionsFacts {
    /// Whether any workflow runs.
    pub enabled: bool,
    /// Of whom actions may be: `all`, `local_only` or `selected`.
    #[serde(default)]
    pub allowed_actions: Option<String>,
}

/// What a job's token may do where the workflow does not say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenFacts {
    /// What a job may do unless its workflow says otherwise: `read` or `write`.
    pub default_workflow_permissions: String,
}

/// A workflow, and whether it runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WorkflowFacts {
    /// Its file, from the root of the repository.
    pub path: String,
    /// `active`, or why not.
    pub state: String,
}

/// An environment, and who may use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentFacts {
    /// The branches that may use it; none when any may.
    pub branches: Option<Vec<String>>,
    /// Whether somebody has to approve each job.
    pub has_reviewers: bool,
}

/// How the site is served.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PagesFacts {
    /// `workflow`, or `legacy` for a branch.
    #[serde(default)]
    pub build_type: Option<String>,
    /// The address of the site.
    #[serde(default)]
    pub html_url: Option<String>,
}

#[derive(Deserialize)]
struct PrivateReports {
    enabled: bool,
}

#[derive(Deserialize)]
struct Workflows {
    workflows: Vec<WorkflowFacts>,
}

#[derive(Deserialize)]
struct Environment {
    #[serde(default)]
    protection_rules: Vec<Rule>,
    deployment_branch_policy: Option<BranchPolicy>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct BranchPolicy {
    protected_branches: bool,
}

#[derive(Deserialize)]
struct Branches {
    branch_policies: Vec<Branch>,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
}

#[derive(Deserialize)]
struct Variable {
    value: String,
}

impl GitHub {
    /// The repository itself.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or the token may not see it.
    pub async fn repository_facts(&self) -> Result<RepositoryFacts, GitHubError> {
        self.ask(&Call::get("look at the repository", format!("/repos/{}", self.repository()))).await
    }

    /// Whether workflows run.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn actions_facts(&self) -> Result<Seen<ActionsFacts>, GitHubError> {
        self.look("look whether actions are on", "actions/permissions").await
    }

    /// What a job's token may do.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn token_facts(&self) -> Result<Seen<TokenFacts>, GitHubError> {
        self.look("look what tokens of jobs may do", "actions/permissions/workflow").await
    }

    /// The workflows that GitHub knows.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn workflow_facts(&self) -> Result<Seen<Vec<WorkflowFacts>>, GitHubError> {
        let found = self.look::<Workflows>("list the workflows", &format!("actions/workflows?per_page={LISTED_MAX}")).await?;
        Ok(found.map(|found| found.workflows))
    }

    /// An environment and who may use it.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn environment_facts(&self, name: &str) -> Result<Seen<EnvironmentFacts>, GitHubError> {
        let path = format!("environments/{}", utf8_percent_encode(name, NON_ALPHANUMERIC));
        let found = match self.look::<Environment>(&format!("look at the environment `{name}`"), &path).await? {
            Seen::There(found) => found,
            Seen::Absent => return Ok(Seen::Absent),
            Seen::Hidden(why) => return Ok(Seen::Hidden(why)),
        };
        let has_reviewers = found.protection_rules.iter().any(|rule| rule.kind == "required_reviewers");
        let branches = match found.deployment_branch_policy {
            None => None,
            Some(BranchPolicy { protected_branches: true }) => Some(vec!["every protected branch".to_owned()]),
            Some(BranchPolicy { protected_branches: false }) => {
                let what = format!("list the branches of the environment `{name}`");
                match self.look::<Branches>(&what, &format!("{path}/deployment-branch-policies?per_page={LISTED_MAX}")).await? {
                    Seen::There(found) => Some(found.branch_policies.into_iter().map(|branch| branch.name).collect()),
                    Seen::Absent => Some(Vec::new()),
                    Seen::Hidden(why) => return Ok(Seen::Hidden(why)),
                }
            }
        };
        Ok(Seen::There(EnvironmentFacts { branches, has_reviewers }))
    }

    /// The value of a variable of an environment.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn environment_variable(&self, environment: &str, name: &str) -> Result<Seen<String>, GitHubError> {
        let path = format!("environments/{}/variables/{name}", utf8_percent_encode(environment, NON_ALPHANUMERIC));
        Ok(self.look::<Variable>(&format!("read the variable `{name}` of `{environment}`"), &path).await?.map(|variable| variable.value))
    }

    /// The value of a variable of the repository.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn repository_variable(&self, name: &str) -> Result<Seen<String>, GitHubError> {
        Ok(self.look::<Variable>(&format!("read the variable `{name}`"), &format!("actions/variables/{name}")).await?.map(|variable| variable.value))
    }

    /// How the site is served.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn pages_facts(&self) -> Result<Seen<PagesFacts>, GitHubError> {
        self.look("look at Pages", "pages").await
    }

    /// Whether strangers can report a vulnerability without everybody reading it. Only public repositories have that.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn has_private_reports(&self) -> Result<Seen<bool>, GitHubError> {
        Ok(self.look::<PrivateReports>("look whether vulnerabilities can be reported", "private-vulnerability-reporting").await?.map(|found| found.enabled))
    }

    /// The kinds of rules that hold on a branch, as `pull_request`.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn branch_rules(&self, branch: &str) -> Result<Seen<Vec<String>>, GitHubError> {
        let path = format!("rules/branches/{}?per_page={LISTED_MAX}", utf8_percent_encode(branch, NON_ALPHANUMERIC));
        let found = self.look::<Vec<Rule>>(&format!("list the rules of `{branch}`"), &path).await?;
        Ok(found.map(|rules| rules.into_iter().map(|rule| rule.kind).collect()))
    }

    async fn look<T: DeserializeOwned>(&self, what: &str, path: &str) -> Result<Seen<T>, GitHubError> {
        match self.ask(&Call::get(what, self.path(path))).await {
            Ok(found) => Ok(Seen::There(found)),
            Err(error) if error.is_missing() => Ok(Seen::Absent),
            Err(GitHubError::Refused { status: 401 | 403 | 422, message, .. }) => Ok(Seen::Hidden(message)),
            Err(error) => Err(error),
        }
    }
}

impl<T> Seen<T> {
    /// The same about something else.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Seen<U> {
        match self {
            Self::There(found) => Seen::There(change(found)),
            Self::Absent => Seen::Absent,
            Self::Hidden(why) => Seen::Hidden(why),
        }
    }
}
