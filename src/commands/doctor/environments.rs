//! The environments of jobs that log in at AWS.

use super::finding::{Finding, seen};
use super::repository::Known;
use crate::domain::RoleArn;
use crate::github::{EnvironmentFacts, GitHub, GitHubError, Seen};
use crate::outside::aws_login::ROLE;

/// The environments of jobs that log in at AWS.
pub const ENVIRONMENTS: [&str; 3] = ["aws-publish", "aws-expire", "aws-audit"];
/// The one of the job that uploads the site to S3.
pub const SITE_ENVIRONMENT: &str = "site-s3";

/// An environment: who may use it, and as which role its jobs log in.
///
/// # Errors
/// When GitHub does not answer.
pub async fn environment_of(known: &Known, github: &GitHub, environment: &str) -> Result<Vec<Finding>, GitHubError> {
    let found = github.environment_facts(environment).await?;
    let is_absent = found == Seen::Absent;
    let mut findings = vec![seen(environment, found, |facts| used_by(&facts, known.default_branch()))];
    if !is_absent {
        let role = github.environment_variable(environment, ROLE).await?;
        findings.push(seen(&format!("{environment} {ROLE}"), role, |text| fits_config(known, environment, &text)));
    }
    Ok(findings)
}

fn used_by(facts: &EnvironmentFacts, branch: &str) -> Result<String, String> {
    match &facts.branches {
        None => Err(format!("any branch may use it, and so may whoever can push one\nhelp: let `{branch}` alone")),
        Some(branches) if branches.iter().any(|name| name == branch) && branches.len() == 1 => {
            let reviewers = if facts.has_reviewers { "; somebody has to approve each job, so schedules wait" } else { "" };
            Ok(format!("`{branch}` alone may use it{reviewers}"))
        }
        Some(branches) => {
            Err(format!("it is for {}\nhelp: let `{branch}` alone", if branches.is_empty() { "no branch".to_owned() } else { branches.join(", ") }))
        }
    }
}

fn fits_config(known: &Known, environment: &str, text: &str) -> Result<String, String> {
    let role: RoleArn = text.parse().map_err(|error| format!("{error}"))?;
    let account = known.settings.as_ref().and_then(|settings| settings.publish.accounts.get(&role.partition()));
    match account.filter(|account| *account != role.account() && environment != SITE_ENVIRONMENT) {
        Some(account) => Err(format!("`{role}` is of another account than `accounts` in `klayers.toml` names, which is {account}")),
        None => Ok(format!("`{role}`")),
    }
}
