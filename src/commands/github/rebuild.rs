//! `klayers github rebuild`: answers `/rebuild`.

use std::collections::BTreeMap;

use super::wish::{command, wish};
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::load::load;
use crate::commands::steps::Selection;
use crate::github::{GitHub, IssueComment, Workflow, branch, event};
use crate::ledger::LEDGER_DIR;
use crate::pull::code;

/// Longest text of a stranger that is shown again.
const ANSWER_MAX_CHARS: usize = 500;

/// Starts what a maintainer asks for by `/rebuild`.
///
/// Reads the event of a comment. Its first line is `/rebuild`, or `/rebuild PACKAGE [RUNTIME…]`; without a package, what the
/// form of the issue names is meant. Whether its author may do that is asked of GitHub. The answer is a comment. Comments of
/// programs, on pull requests and about anything else are passed over.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The workflow to start, by the name of its file.
    #[arg(long, value_name = "FILE")]
    workflow: Workflow,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let event: IssueComment = event()?;
    let is_new = event.action == "created" && !event.issue.is_pull_request();
    let (Some(wanted), Some(person)) = (command(&event.comment.body).filter(|_| is_new), event.comment.person()) else {
        context.say("this comment asks for nothing");
        return Ok(Outcome::Done);
    };
    let github = GitHub::from_environment()?;
    let marker = format!("<!-- klayers:rebuild {} -->", event.comment.id);
    if github.has_commented(event.issue.number, &marker).await? {
        context.say("this comment was answered before");
        return Ok(Outcome::Done);
    }
    let answer = if github.permission_of(person).await?.is_maintainer() {
        let issue = event.issue.body.as_deref().unwrap_or("");
        match selection(context, wanted, issue) {
            Ok(selection) => start(args, &github, &selection).await?,
            Err(error) => format!("Nothing was started: {}", code(&format!("{error:#}"), ANSWER_MAX_CHARS)),
        }
    } else {
        "Nothing was started: only maintainers of this repository can start a build. One of them will look at this.".to_owned()
    };
    context.say(&answer);
    github.upsert_comment(event.issue.number, &marker, &answer).await?;
    Ok(Outcome::Done)
}

/// What is meant, when the catalogue has it.
fn selection(context: &Context, wanted: &str, issue: &str) -> anyhow::Result<Selection> {
    let selection = wish(wanted, issue)?;
    let loaded = load(context, LEDGER_DIR.as_ref())?;
    context.print(&loaded.problems);
    let catalog = loaded.catalog.filter(|_| !loaded.problems.has_errors());
    let catalog = catalog.ok_or_else(|| anyhow::anyhow!("the catalogue itself has problems, which `klayers check` tells"))?;
    let rows = selection.rows(&catalog)?;
    anyhow::ensure!(!rows.is_empty(), "the catalogue does not have this package for these runtimes");
    Ok(selection)
}

async fn start(args: &Args, github: &GitHub, selection: &Selection) -> anyhow::Result<String> {
    let packages: Vec<String> = selection.packages.iter().map(ToString::to_string).collect();
    let runtimes: Vec<String> = selection.runtimes.iter().map(ToString::to_string).collect();
    let inputs = BTreeMap::from([("packages", packages.join(" ")), ("runtimes", runtimes.join(" ")), ("force", "true".to_owned())]);
    github.start_workflow(&args.workflow, &branch()?, &inputs).await?;
    let runtimes = if runtimes.is_empty() { "all runtimes that it has".to_owned() } else { code(&runtimes.join(", "), ANSWER_MAX_CHARS) };
    let packages = code(&packages.join(", "), ANSWER_MAX_CHARS);
    Ok(format!("Started: {packages} for {runtimes} is built and published anew. It takes its turn after runs that began before."))
}
