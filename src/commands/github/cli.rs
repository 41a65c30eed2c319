//! What `klayers github` can do.

use super::{catch_up, incident, rebuild};
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::examples;

/// What workflows do at GitHub: issues, and starting each other.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Debug, clap::Subcommand)]
enum Deed {
    #[command(after_help = examples::GITHUB_INCIDENT)]
    Incident(incident::Args),
    #[command(after_help = examples::GITHUB_CATCH_UP)]
    CatchUp(catch_up::Args),
    #[command(after_help = examples::GITHUB_REBUILD)]
    Rebuild(rebuild::Args),
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    match &args.deed {
        Deed::Incident(args) => incident::run(args, context).await,
        Deed::CatchUp(args) => catch_up::run(args, context).await,
        Deed::Rebuild(args) => rebuild::run(args, context).await,
    }
}
