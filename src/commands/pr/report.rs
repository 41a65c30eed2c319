//! `klayers pr report`: what came of it, as data.

use crate::commands::Outcome;
use crate::commands::context::Context;

/// Writes what came of the plan as a report.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Outcome> {
    anyhow::bail!("to be written")
}
