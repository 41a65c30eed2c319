//! The rules of `.github/workflows`. Each takes a workflow and says what is wrong with it.

use std::path::Path;

use clap::Parser as _;

use super::workflow::{Job, Workflow};

/// Machines of GitHub, by the names that a plan may give out, too.
const RUNNERS: [&str; 5] = ["ubuntu-24.04", "ubuntu-24.04-arm", "ubuntu-slim", "macos-15", "macos-15-intel"];
/// What runs the code of packages or of pull requests.
const RUNS_STRANGERS: [&str; 4] = ["klayers build", "klayers verify", "klayers run", "scripts/test"];
/// What logs in where, and nothing else may.
const ENVIRONMENTS: [(&str, &[&str]); 6] = [
    ("aws-publish", &["klayers publish", "klayers doctor"]),
    ("aws-expire", &["klayers expire", "klayers doctor"]),
    ("aws-audit", &["klayers audit", "klayers doctor"]),
    ("site-s3", &["klayers deploy"]),
    ("github-pages", &[]),
    ("release", &["scripts/release"]),
];

pub type Rule = (&'static str, fn(&Workflow) -> Vec<String>);

pub const RULES: [Rule; 13] = [
    ("nothing is allowed at the top, and each job says what it needs", permissions),
    ("nothing is cached", caches),
    ("each job ends in time, on a machine of GitHub", machines),
    ("one writer of the ledger at a time, and nobody is dropped from the queue", concurrency),
    ("actions are of the same commit, or GitHub's own by the hash of a commit", actions),
    ("no token stays in a checkout", checkouts),
    ("values reach commands by the environment", expressions),
    ("a step is one command", commands),
    ("no job has credentials and runs the code of packages", credentials),
    ("an environment is for its command", environments),
    ("a pull request gets no token that could write", pull_requests),
    ("what a pull request triggers from afar checks out nothing", from_afar),
    ("nobody asks for a secret", secrets),
];

fn of_jobs(workflow: &Workflow, wrong: impl Fn(Job<'_>) -> Option<String>) -> Vec<String> {
    workflow.jobs().into_iter().filter_map(|job| wrong(job).map(|words| format!("job `{}`: {words}", job.id))).collect()
}

fn permissions(workflow: &Workflow) -> Vec<String> {
    let mut found = of_jobs(workflow, |job| job.permissions().is_none().then(|| "has no `permissions` of its own".to_owned()));
    if workflow.get("permissions").as_object().is_none_or(|scopes| !scopes.is_empty()) {
        found.push("`permissions: {}` is not at the top".to_owned());
    }
    // The reason stands beside each.
    let lines = workflow.text.lines().map(str::trim).filter(|line| line.ends_with(": write") || line.ends_with(": read"));
    found.extend(lines.map(|line| format!("`{line}` has no reason beside it")));
    found
}

fn caches(workflow: &Workflow) -> Vec<String> {
    let mut found = Vec::new();
    if workflow.get("cache-mode") != "none" {
        found.push("`cache-mode: none` is not at the top".to_owned());
    }
    found.extend(workflow.uses().into_iter().filter(|uses| uses.starts_with("actions/cache")).map(|uses| format!("`{uses}`")));
    found
}

fn machines(workflow: &Workflow) -> Vec<String> {
    of_jobs(workflow, |job| {
        if job.calls().is_some() {
            return None;
        }
        let runner = job.get("runs-on").as_str().unwrap_or_default();
        let is_of_matrix = ["${{ matrix.runner }}", "${{ matrix.shard.runner }}"].contains(&runner);
        if !RUNNERS.contains(&runner) && !is_of_matrix {
            return Some(format!("runs on `{runner}`"));
        }
        let unknown = |runner: &serde_json::Value| runner.as_str().is_none_or(|runner| !RUNNERS.contains(&runner));
        let matrix = &job.get("strategy")["matrix"];
        let mut named = matrix["runner"].as_array().into_iter().flatten().chain(matrix["include"].as_array().into_iter().flatten().map(|leg| &leg["runner"]));
        if named.any(unknown) {
            return Some("its matrix has another machine".to_owned());
        }
        job.get("timeout-minutes").as_u64().is_none_or(|minutes| minutes > 180).then(|| "has no `timeout-minutes` of at most 180".to_owned())
    })
}

fn concurrency(workflow: &Workflow) -> Vec<String> {
    let concurrency = workflow.get("concurrency");
    if workflow.is_called() {
        return if concurrency.is_null() { Vec::new() } else { vec!["whoever calls it has the group".to_owned()] };
    }
    let Some(group) = concurrency["group"].as_str() else { return vec!["it has no `concurrency`".to_owned()] };
    let mut found = Vec::new();
    // A tag is of a release, whose group is the tag.
    let writes = workflow.name != "release.yml" && workflow.jobs().iter().any(|job| job.may("contents", "write"));
    if writes && (group != "ledger-writer" || concurrency["queue"] != "max" || concurrency["cancel-in-progress"] != false) {
        found.push("it writes to the repository outside of the queue `ledger-writer`".to_owned());
    }
    if workflow.has_trigger("pull_request") && !group.contains("github.event.pull_request.number") {
        found.push("its group is not of one pull request".to_owned());
    }
    found
}

fn actions(workflow: &Workflow) -> Vec<String> {
    let mut found = Vec::new();
    for uses in workflow.uses() {
        if let Some(path) = uses.strip_prefix("$/") {
            if !Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists() {
                found.push(format!("`{uses}` is not there"));
            }
            continue;
        }
        let hash = uses.split_once('@').map(|(_, hash)| hash).unwrap_or_default();
        if !uses.starts_with("actions/") || hash.len() != 40 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            found.push(format!("`{uses}` is not GitHub's own by its hash"));
        }
    }
    let lines = workflow.text.lines().map(str::trim).filter(|line| line.contains("uses: actions/") && !line.contains(" # v"));
    found.extend(lines.map(|line| format!("`{line}` does not say its version")));
    found
}

fn checkouts(workflow: &Workflow) -> Vec<String> {
    of_jobs(workflow, |job| {
        let keeps = |step: &super::workflow::Step<'_>| step.uses().is_some_and(|uses| uses.starts_with("actions/checkout@"));
        let careless = job.steps().into_iter().filter(keeps).any(|step| step.with("persist-credentials") != false);
        careless.then(|| "checks out without `persist-credentials: false`".to_owned())
    })
}

fn expressions(workflow: &Workflow) -> Vec<String> {
    of_jobs(workflow, |job| job.commands().iter().any(|command| command.contains("${{")).then(|| "has an expression in a `run`".to_owned()))
}

fn commands(workflow: &Workflow) -> Vec<String> {
    of_jobs(workflow, |job| {
        job.commands().into_iter().find_map(|command| {
            let Some(arguments) = command.strip_prefix("klayers ") else {
                let is_script = command.strip_prefix("scripts/").is_some_and(|rest| {
                    rest.split(' ').next().is_some_and(|script| Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script).exists())
                });
                return (!is_script && command != "exit 1").then(|| format!("`{command}` is no command of ours"));
            };
            // A variable stands for what a command would take there.
            let filled = arguments.replace("\"$KLAYERS_SITE_TARGET\"", "s3://bucket").replace("\"$PAGE_URL\"", "https://site.example/").replace('"', "");
            let words = filled.split(' ').map(str::to_owned);
            let parsed = klayers::commands::Cli::try_parse_from(std::iter::once("klayers".to_owned()).chain(words));
            parsed.err().map(|error| format!("`{command}`: {error}"))
        })
    })
}

fn credentials(workflow: &Workflow) -> Vec<String> {
    of_jobs(workflow, |job| {
        let strangers = job.commands().into_iter().find(|command| RUNS_STRANGERS.iter().any(|start| command.starts_with(start)))?;
        if job.has_credentials() {
            return Some(format!("runs `{strangers}` and can change or log in to something"));
        }
        let secret = job.variables().into_iter().find(|name| name.contains("TOKEN") || name.starts_with("AWS_"));
        secret.map(|name| format!("runs `{strangers}` and has `{name}`"))
    })
}

fn environments(workflow: &Workflow) -> Vec<String> {
    of_jobs(workflow, |job| {
        let Some(environment) = job.environment() else {
            let logs_in = job.variables().contains(&"AWS_ROLE_ARN");
            return logs_in.then(|| "logs in without an environment".to_owned());
        };
        let Some((_, may)) = ENVIRONMENTS.iter().find(|(known, _)| *known == environment) else {
            return Some(format!("has the unknown environment `{environment}`"));
        };
        job.commands()
            .into_iter()
            .find(|command| !may.iter().any(|start| command.starts_with(start)))
            .map(|command| format!("runs `{command}` in `{environment}`"))
    })
}

fn pull_requests(workflow: &Workflow) -> Vec<String> {
    let mut found = Vec::new();
    if workflow.has_trigger("pull_request_target") {
        found.push("`pull_request_target` runs with a token what strangers wrote".to_owned());
    }
    if workflow.has_trigger("pull_request") {
        found.extend(of_jobs(workflow, |job| job.has_credentials().then(|| "can change or log in to something".to_owned())));
    }
    found
}

fn from_afar(workflow: &Workflow) -> Vec<String> {
    if !workflow.has_trigger("workflow_run") {
        return Vec::new();
    }
    of_jobs(workflow, |job| {
        let checks_out = job.steps().iter().any(|step| step.uses().is_some_and(|uses| uses.starts_with("actions/checkout")));
        checks_out.then(|| "checks something out".to_owned())
    })
}

fn secrets(workflow: &Workflow) -> Vec<String> {
    let names = workflow.text.contains("secrets.") || workflow.text.contains("secrets:");
    if names { vec!["it names secrets".to_owned()] } else { Vec::new() }
}
