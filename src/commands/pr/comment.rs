//! `klayers pr comment`: the report as a comment.

use crate::commands::Outcome;
use crate::commands::context::Context;

/// Tells the pull request what came of it.
#[derive(Debug, clap::Args)]
pub struct Args {}

#[expect(clippy::unused_async, reason = "to be written")]
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<Outcome> {
    anyhow::bail!("to be written")
}
