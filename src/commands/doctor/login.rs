//! Whether AWS lets the job in; outside of a job, what a job will say of itself.

use std::path::Path;

use anyhow::Context as _;

use super::explain::{Held, explain};
use super::finding::{Finding, print};
use super::repository::Known;
use super::to_come::to_come;
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::domain::{Claims, RoleArn, TrustStatement, Trusted, printable_path, trust_policy};
use crate::outside::aws_login::{Login, LoginError, OTHER_CREDENTIALS, variable};
use crate::outside::{files, terminal};

/// Longest trust policy that is read; AWS takes 8,192 characters.
const POLICY_MAX_BYTES: u64 = 1 << 20;
/// Roles of the templates by the ends of their names, and their environments.
const ROLES: [(&str, &str); 4] = [("-publisher", "aws-publish"), ("-expirer", "aws-expire"), ("-auditor", "aws-audit"), ("-site", "site-s3")];
/// What of a token decides.
const TOLD: [&str; 7] = ["sub", "aud", "environment", "ref", "repository_id", "repository_owner_id", "job_workflow_ref"];

/// Tries to log in, and explains.
///
/// # Errors
/// When the policy cannot be read, or GitHub and AWS do not answer.
pub async fn login(known: &Known, context: &Context, policy: Option<&Path>) -> anyhow::Result<Outcome> {
    let policy = policy.map(read_policy).transpose()?;
    let only = |finding| Ok(print(&[finding]));
    match Login::wanted(&variable, &context.http) {
        Ok(Some(login)) => tried(known, &login, policy).await,
        Err(error) => only(Finding::missing("login", error.to_string())),
        Ok(None) => match OTHER_CREDENTIALS.iter().find(|name| variable(name).is_some()) {
            Some(name) => only(Finding::unseen("login", format!("`{name}` is set and comes first: no job's own token is tried"))),
            None => Ok(to_come(known, policy.as_deref())),
        },
    }
}

async fn tried(known: &Known, login: &Login, policy: Option<Vec<TrustStatement>>) -> anyhow::Result<Outcome> {
    let (claims, result) = match login.try_out().await {
        Ok(tried) => tried,
        Err(error) => return Ok(print(&[Finding::missing("login", error.to_string())])),
    };
    terminal::put("\nthe token of this job says:");
    TOLD.iter().for_each(|name| terminal::put(format_args!("  {name:<20} {}", shown(claims.values(name)))));
    let refused = match result {
        Ok(()) => return Ok(print(&[Finding::there("login", format!("AWS lets this job in as `{}`", login.role))])),
        Err(error @ LoginError::Refused { .. }) => error,
        Err(error) => anyhow::bail!(error),
    };
    let reason = refused.to_string();
    let outcome = print(&[Finding::missing("login", reason.lines().next().unwrap_or_default())]);
    let name = login.role.name();
    let held = match policy {
        Some(statements) => Held::Real(statements),
        None => Held::Expected(trusted(known, &login.role, &claims).statement()),
    };
    explain(&held, &claims, login.role.account(), name).iter().for_each(terminal::put);
    Ok(outcome)
}

fn read_policy(path: &Path) -> anyhow::Result<Vec<TrustStatement>> {
    let bytes = files::read(path, POLICY_MAX_BYTES)?;
    let text = String::from_utf8(bytes).with_context(|| format!("reading `{}`", printable_path(path)))?;
    trust_policy(&text).with_context(|| format!("reading `{}`", printable_path(path)))
}

/// Whom the template would trust: by the name of the role, for this repository.
fn trusted(known: &Known, role: &RoleArn, claims: &Claims) -> Trusted {
    let by_name = ROLES.iter().find(|(end, _)| role.name().ends_with(end)).map(|(_, environment)| *environment);
    let (owner, repository) = known.names();
    let claim = |name: &str| claims.get(name).unwrap_or_default().to_owned();
    let (owner_id, repository_id) = known.numbers().unwrap_or_else(|| (claim("repository_owner_id"), claim("repository_id")));
    Trusted {
        owner,
        owner_id,
        repository,
        repository_id,
        environment: by_name.map_or_else(|| claim("environment"), str::to_owned),
        git_ref: format!("refs/heads/{}", known.default_branch()),
        partition: role.partition(),
        account: role.account().clone(),
    }
}

fn shown(values: &[String]) -> String {
    if values.is_empty() { "(none)".to_owned() } else { format!("`{}`", values.join("`, `")) }
}
