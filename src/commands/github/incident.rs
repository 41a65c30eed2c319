//! `klayers github incident`: the one issue that tells of failures.

use crate::commands::Outcome;
use crate::commands::context::Context;

/// Opens, updates or closes the issue that tells of failures.
#[derive(Debug, clap::Args)]
pub struct Args {}

#[expect(clippy::unused_async, reason = "to be written")]
pub async fn run(_args: &Args, _context: &Context) -> anyhow::Result<Outcome> {
    anyhow::bail!("to be written")
}
