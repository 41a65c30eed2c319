//! `klayers check`: is everything in config and ledger as it should be?

use super::context::Context;
use super::outcome::Outcome;
use super::revision::compare;

/// Checks `pipeline/config` and `pipeline/ledger` and reports every problem at once.
///
/// Rows that name extras are looked up in the package index, unless `--offline` is given.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Problems that this git revision already has are warnings.
    #[arg(long, value_name = "REV")]
    base: Option<String>,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let loaded = compare(args.base.as_deref(), context).await?.now;
    context.print(&loaded.problems);
    if loaded.problems.has_errors() {
        return Ok(Outcome::Problems);
    }
    let (rows, regions) = loaded.catalog.map_or((0, 0), |catalog| (catalog.rows.len(), catalog.regions.len()));
    context.say(format!("{rows} rows for {regions} regions are in order"));
    Ok(Outcome::Done)
}
