//! `klayers commit`: the record on top of whatever the branch has become.

use crate::commands::Outcome;
use crate::commands::context::Context;

/// Adds what a run did to the record, renders, commits and pushes.
#[derive(Debug, clap::Args)]
pub struct Args {}

#[expect(clippy::unused_async, reason = "to be written")]
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<Outcome> {
    anyhow::bail!("to be written")
}
