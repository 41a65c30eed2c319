//! `klayers pr plan`: what does a pull request ask to build?

use crate::commands::Outcome;
use crate::commands::context::Context;

/// Writes the plan of what a pull request touches.
#[derive(Debug, clap::Args)]
pub struct Args {}

#[expect(clippy::unused_async, reason = "to be written")]
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<Outcome> {
    anyhow::bail!("to be written")
}
