//! `klayers record`: adds receipts to the ledger.

use std::path::PathBuf;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::steps::record_or_report;
use crate::domain::printable_path;
use crate::ledger::{LEDGER_DIR, Writer};
use crate::publish::read_receipts;

/// Adds what receipts tell to the ledger. Doing it twice is doing it once.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The receipts of `klayers publish`.
    #[arg(value_name = "FILE", required = true)]
    receipts: Vec<PathBuf>,
    /// The ledger, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let mut receipts = Vec::new();
    for path in &args.receipts {
        receipts.extend(read_receipts(path)?);
    }
    let writer = Writer::open(&context.path(&args.ledger))?;
    let Some((catalog, mut ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    let is_row = |runtime, package: &_| catalog.rows.iter().any(|row| row.runtime == runtime && row.request.normalized() == *package);
    ledger.forget_build_times(is_row);
    let Some(recorded) = record_or_report(context, &writer, &ledger, &receipts)? else {
        return Ok(Outcome::Problems);
    };
    context.say(format!("{} builds with {} layer versions were added to `{}`", recorded.events, recorded.layer_versions, printable_path(&args.ledger)));
    Ok(Outcome::Done)
}
