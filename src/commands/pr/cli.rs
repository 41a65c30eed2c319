//! The steps of `klayers pr`.

use super::{comment, plan, report};
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::examples;

/// Builds and reports what a pull request asks for.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    #[command(after_help = examples::PR_PLAN)]
    Plan(plan::Args),
    #[command(after_help = examples::PR_REPORT)]
    Report(report::Args),
    #[command(after_help = examples::PR_COMMENT)]
    Comment(comment::Args),
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    match &args.step {
        Step::Plan(args) => plan::run(args, context).await,
        Step::Report(args) => report::run(args, context).await,
        Step::Comment(args) => comment::run(args, context).await,
    }
}
