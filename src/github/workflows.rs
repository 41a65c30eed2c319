//! Starting workflows, and whether one is under way.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde_json::json;

use super::request::Call;
use super::{GitHub, GitHubError};
use crate::domain::{Invalid, shown};

/// How many of the newest runs are looked at for one that is under way.
const RUNS: usize = 30;

/// A workflow, by the name of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow(String);

impl FromStr for Workflow {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_file = [".yml", ".yaml"].iter().any(|end| text.strip_suffix(end).is_some_and(|name| !name.is_empty() && !name.starts_with('.')));
        let is_name = text.len() <= 100 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if is_file && is_name {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid(format!("`{}` is not the file of a workflow, such as `publish.yml`", shown(text))))
        }
    }
}

impl fmt::Display for Workflow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[derive(Debug, Deserialize)]
struct Runs {
    workflow_runs: Vec<Run>,
}

#[derive(Debug, Deserialize)]
struct Run {
    status: Option<String>,
}

/// The branch that this job is of, from `GITHUB_REF`.
///
/// # Errors
/// When the variable names no branch.
pub fn branch() -> Result<String, GitHubError> {
    branch_of(&std::env::var("GITHUB_REF").unwrap_or_default())
}

fn branch_of(reference: &str) -> Result<String, GitHubError> {
    let branch = reference.strip_prefix("refs/heads/").filter(|branch| !branch.is_empty() && branch.len() <= 1024 && !branch.contains(char::is_control));
    branch.map(str::to_owned).ok_or_else(|| GitHubError::Variable {
        name: "GITHUB_REF",
        reason: format!("`{}` is not a branch, and only from one can a workflow be started", shown(reference)),
    })
}

impl GitHub {
    /// Whether a run of this workflow waits or works.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn is_under_way(&self, workflow: &Workflow) -> Result<bool, GitHubError> {
        let call = Call::list(format!("list the runs of `{workflow}`"), self.path(&format!("actions/workflows/{workflow}/runs?per_page={RUNS}")));
        let runs: Runs = self.ask(&call).await?;
        Ok(runs.workflow_runs.iter().any(|run| run.status.as_deref() != Some("completed")))
    }

    /// Starts a workflow on a branch. Never twice: when nobody knows whether it was started, that is the error.
    ///
    /// # Errors
    /// When GitHub does not start it, or nobody knows.
    pub async fn start_workflow(&self, workflow: &Workflow, branch: &str, inputs: &BTreeMap<&str, String>) -> Result<(), GitHubError> {
        let path = self.path(&format!("actions/workflows/{workflow}/dispatches"));
        self.send(&Call::create(format!("start `{workflow}`"), path, &json!({ "ref": branch, "inputs": inputs }))).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_is_a_file_and_nothing_else() {
        for (text, is_one) in [("publish.yml", true), ("a-b_c.yaml", true), (".yml", false), ("../x.yml", false), ("publish", false), ("a/b.yml", false)] {
            assert_eq!(text.parse::<Workflow>().is_ok(), is_one, "{text}");
        }
    }

    #[test]
    fn only_a_branch_is_one() {
        assert_eq!(branch_of("refs/heads/feature/x").unwrap(), "feature/x");
        for reference in ["refs/tags/v1", "refs/pull/1/merge", "main", "", "refs/heads/", "refs/heads/a\nb"] {
            assert!(branch_of(reference).is_err(), "{reference}");
        }
    }
}
