//! `klayers github catch-up`: starts a run that is due and did not happen.

use crate::commands::Outcome;
use crate::commands::context::Context;

/// Starts a run that is due and did not happen.
#[derive(Debug, clap::Args)]
pub struct Args {}

#[expect(clippy::unused_async, reason = "to be written")]
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<Outcome> {
    anyhow::bail!("to be written")
}
