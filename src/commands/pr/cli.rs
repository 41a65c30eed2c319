//! The steps of `klayers pr`.

use super::{comment, plan, report};
use crate::commands::Outcome;
use crate::commands::context::Context;

/// Builds and reports what a pull request asks for.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, clap::Subcommand)]
enum Step {
    Plan(plan::Args),
    Report(report::Args),
    Comment(comment::Args),
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    match &args.step {
        Step::Plan(args) => plan::run(args, context).await,
        Step::Report(args) => report::run(args, context).await,
        Step::Comment(args) => comment::run(args, context).await,
    }
}
