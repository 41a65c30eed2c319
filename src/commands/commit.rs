//! `klayers commit`: the record on top of whatever the branch has become.

use std::path::PathBuf;

use super::context::Context;
use super::outcome::Outcome;
use super::steps::{Branch, News, commit, value};
use crate::domain::Sha256;
use crate::outside::step::Step;

/// Adds what a run did to the record on a branch, renders `deployments/` from it, commits and pushes. Never with force.
///
/// Works on what the branch is now, in a folder of its own: the folder that it runs in stays as it is. When somebody else
/// pushes meanwhile, it is done again on top of that. It may be killed at any moment and started again, with the same end.
/// The variable `GITHUB_TOKEN` is handed to git where the remote is on GitHub. The step gives out `changed` and `sha`, what the
/// branch is at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The receipts of `klayers publish`. A file that is not there is told and passed over.
    #[arg(value_name = "RECEIPTS")]
    receipts: Vec<PathBuf>,
    /// A ledger that was written to elsewhere, whose lines are added. May be given several times.
    #[arg(long = "ledger", value_name = "DIR")]
    ledgers: Vec<PathBuf>,
    /// The plan that was worked from: what it settled is recorded, and that the whole catalogue was looked at, if it was.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Refuses a plan with another SHA-256 [env: KLAYERS_PLAN_SHA256].
    #[arg(long, value_name = "SHA256", requires = "plan")]
    plan_sha256: Option<Sha256>,
    /// The remote to push to.
    #[arg(long, value_name = "NAME", default_value = "origin")]
    remote: String,
    /// The branch with the record.
    #[arg(long, value_name = "BRANCH", default_value = "main")]
    branch: String,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let sha256 = value(args.plan_sha256, "KLAYERS_PLAN_SHA256")?;
    let news = News::read(context, &args.receipts, &args.ledgers, args.plan.as_deref().map(|path| (path, sha256)))?;
    context.print(&news.problems);
    let branch = Branch { remote: &args.remote, branch: &args.branch };
    let Some(committed) = commit(context, &news, branch).await? else {
        context.say("nothing was committed, and the receipts are as they were: mend what is told above, then run this again");
        return Ok(Outcome::Problems);
    };
    context.print(&committed.problems);
    let changed = committed.message.is_some();
    Step::from_environment().output(&[("changed", if changed { "true" } else { "false" }), ("sha", &committed.sha)])?;
    match &committed.message {
        Some(message) => context.say(format!("{message}: `{}` is at {}", args.branch, committed.sha)),
        None => context.say(format!("nothing to commit: `{}` has it all, at {}", args.branch, committed.sha)),
    }
    if !committed.is_rendered {
        context.say("`deployments/` was not rendered: mend the problems above, then run this again; what was done is recorded");
    }
    let is_good = committed.is_rendered && !news.problems.has_errors();
    Ok(if is_good { Outcome::Done } else { Outcome::Problems })
}
