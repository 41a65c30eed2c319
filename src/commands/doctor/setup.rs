//! The settings of the repository that the workflows need.

use super::environments::{ENVIRONMENTS, SITE_ENVIRONMENT, environment_of};
use super::finding::{Finding, seen, wished};
use super::repository::Known;
use crate::deploy::Target;
use crate::github::{GitHub, GitHubError, PagesFacts, Seen};
use crate::outside::aws_login::variable;

/// The variable that names the bucket of the site, where it is on S3.
const SITE_TARGET: &str = "KLAYERS_SITE_TARGET";
/// The variable that is `off` where the site is not on Pages.
const SITE_PAGES: &str = "KLAYERS_PAGES";
/// Those that nothing else starts.
const SCHEDULED: [&str; 2] = [".github/workflows/publish.yml", ".github/workflows/daily.yml"];
/// What stops a job that pushes to the branch, unless it may pass the rules by.
const RULES_AGAINST_PUSHES: [&str; 4] = ["pull_request", "required_status_checks", "required_signatures", "update"];

/// Looks at each setting that the token may see.
///
/// # Errors
/// When GitHub does not answer.
pub async fn setup(known: &Known) -> Result<Vec<Finding>, GitHubError> {
    let (Some(github), Ok(facts)) = (&known.github, &known.facts) else {
        let why = known.facts.as_ref().err().cloned().unwrap_or_default();
        return Ok(vec![Finding::unseen(known.repository.to_string(), why)]);
    };
    let name = &facts.full_name;
    let mut findings = vec![Finding::there("repository", format!("`{name}`, number {}, owner's number {}", facts.id, facts.owner.id))];
    findings.push(seen("actions", github.actions_facts().await?, |facts| match (facts.enabled, facts.allowed_actions.as_deref()) {
        (false, _) => Err(format!("workflows do not run at all\nhelp: gh api -X PUT repos/{name}/actions/permissions -F enabled=true -f allowed_actions=all")),
        (true, Some("local_only")) => Err("actions of GitHub are not allowed\nhelp: allow those of `actions/*` in the settings of Actions".to_owned()),
        (true, _) => Ok("workflows run".to_owned()),
    }));
    findings.push(wished("tokens", github.token_facts().await?, |facts| match facts.default_workflow_permissions.as_str() {
        "read" => Ok("read alone, where a workflow does not say more".to_owned()),
        _ => Err("write, where a workflow does not say less; ours all say\nhelp: set it to read in the settings of Actions".to_owned()),
    }));
    findings.push(wished("reports", github.has_private_reports().await?, |is_on| match is_on {
        true => Ok("of vulnerabilities can be made in private, as `SECURITY.md` asks for".to_owned()),
        false => Err(format!("of vulnerabilities are public\nhelp: gh api -X PUT repos/{name}/private-vulnerability-reporting")),
    }));
    findings.extend(workflows(github, name).await?);
    findings.push(match facts.has_issues {
        true => Finding::there("issues", "failures are told in one"),
        false => Finding::missing("issues", format!("failures could not be told\nhelp: gh repo edit {name} --enable-issues")),
    });
    for environment in ENVIRONMENTS {
        findings.extend(environment_of(known, github, environment).await?);
    }
    if of_repository(github, SITE_PAGES).await? != Seen::There("off".to_owned()) {
        findings.push(pages(known, github.pages_facts().await?));
    }
    match of_repository(github, SITE_TARGET).await? {
        Seen::There(target) => {
            let parsed = target.parse::<Target>().map(|_| format!("the site goes to `{target}`")).map_err(|error| error.to_string());
            findings.push(Finding::needed(SITE_TARGET, parsed));
            findings.extend(environment_of(known, github, SITE_ENVIRONMENT).await?);
        }
        Seen::Absent => {}
        Seen::Hidden(why) => findings.push(Finding::unseen(SITE_TARGET, why)),
    }
    let branch = &facts.default_branch;
    findings.push(match github.branch_rules(branch).await? {
        Seen::There(rules) if rules.iter().any(|rule| RULES_AGAINST_PUSHES.contains(&rule.as_str())) => {
            let said = format!(
                "has the rules {}: jobs that record what was published push to it\nhelp: let them pass these rules by, or leave them out",
                rules.join(", ")
            );
            Finding::absent(branch, said)
        }
        Seen::There(_) | Seen::Absent => Finding::there(branch, "jobs can push to it what was published"),
        Seen::Hidden(why) => Finding::unseen(branch, why),
    });
    Ok(findings)
}

/// A variable of the repository, which a workflow may pass on to a job that cannot see it.
async fn of_repository(github: &GitHub, name: &str) -> Result<Seen<String>, GitHubError> {
    match variable(name) {
        Some(value) => Ok(Seen::There(value)),
        None => github.repository_variable(name).await,
    }
}

async fn workflows(github: &GitHub, name: &str) -> Result<Vec<Finding>, GitHubError> {
    let found = match github.workflow_facts().await? {
        Seen::There(found) => found,
        Seen::Absent => Vec::new(),
        Seen::Hidden(why) => return Ok(vec![Finding::unseen("workflows", why)]),
    };
    let of_file = |path: &str| {
        let file = path.rsplit('/').next().unwrap_or(path);
        match found.iter().find(|workflow| workflow.path == path).map(|workflow| workflow.state.as_str()) {
            Some("active") => Finding::there(file, "is on"),
            Some(state) => Finding::missing(file, format!("is off: {state}\nhelp: gh workflow enable {file} --repo {name}")),
            None => Finding::missing(file, "is not on the default branch"),
        }
    };
    Ok(SCHEDULED.iter().map(|path| of_file(path)).collect())
}

fn pages(known: &Known, found: Seen<PagesFacts>) -> Finding {
    let address = known.settings.as_ref().and_then(|settings| settings.site.address.as_ref()).map(ToString::to_string);
    seen("pages", found, |facts| {
        let served = facts.html_url.unwrap_or_default();
        match (facts.build_type.as_deref(), &address) {
            (Some("workflow"), Some(address)) if address.trim_end_matches('/') != served.trim_end_matches('/') => {
                Err(format!("serves `{served}`, and `[site] address` in `klayers.toml` is `{address}`"))
            }
            (Some("workflow"), _) => Ok(format!("takes `{served}` from a workflow")),
            (_, _) => Err(format!("takes the site from a branch\nhelp: gh api -X PUT repos/{}/pages -f build_type=workflow", known.repository)),
        }
    })
}
