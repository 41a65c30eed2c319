//! `klayers init`: makes a fork one's own service.

use crate::commands::Outcome;
use crate::commands::context::Context;

/// Turns a fork into a service of its own.
#[derive(Debug, clap::Args)]
pub struct Args {}

#[expect(clippy::unused_async, reason = "to be written")]
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<Outcome> {
    anyhow::bail!("to be written")
}
