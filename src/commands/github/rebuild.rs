//! `klayers github rebuild`: answers `/rebuild`.

use crate::commands::Outcome;
use crate::commands::context::Context;

/// Starts what a maintainer asks for by `/rebuild`.
#[derive(Debug, clap::Args)]
pub struct Args {}

#[expect(clippy::unused_async, reason = "to be written")]
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<Outcome> {
    anyhow::bail!("to be written")
}
