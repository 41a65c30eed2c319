//! `klayers plan`: what does the next run have to build?

use std::path::{Path, PathBuf};

use super::context::Context;
use super::load::load_and_look_up;
use super::outcome::Outcome;
use super::steps::{Selection, resolve_rows};
use crate::domain::{Outcome as AttemptOutcome, RegionCode};
use crate::ledger::LEDGER_DIR;
use crate::outside::files::{self, Durability};
use crate::plan::{Effort, Plan, decide, share_out};

/// Resolves the catalogue, compares it with the ledger, and writes what must be built.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    selection: Selection,
    /// Shares the work out over this many machines.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    shards: u32,
    /// Builds what has not changed, too.
    #[arg(long)]
    force: bool,
    /// Where to write the plan.
    #[arg(short, long, value_name = "FILE", default_value = "plan.json")]
    output: PathBuf,
    /// The ledger to compare with, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let Some((catalog, ledger, resolver)) = load_and_look_up(context, &args.ledger).await? else {
        return Ok(Outcome::Problems);
    };
    let rows = args.selection.rows(&catalog)?;
    let resolved = resolve_rows(context, &catalog, &resolver, rows).await?;
    let regions: Vec<RegionCode> = catalog.active_regions().map(|region| region.code.clone()).collect();
    let effort = if args.force { Effort::Forced } else { Effort::Needed };
    let mut plan = decide(&catalog, &ledger, &regions, resolved, effort, context.now);
    share_out(&mut plan, |_| None, args.shards);
    write(&plan, &args.output)?;
    let failed = plan.settled.iter().filter(|attempt| matches!(attempt.outcome, AttemptOutcome::Failed(_))).count();
    context.say(format!("{} to build, {} unchanged, {failed} cannot be resolved: `{}`", plan.builds.len(), plan.settled.len() - failed, args.output.display()));
    Ok(Outcome::Done)
}

/// Writes a plan where the next step reads it.
///
/// # Errors
/// When it cannot be written.
pub fn write(plan: &Plan, path: &Path) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(plan)? + "\n";
    files::write(path, text.as_bytes(), Durability::Process)?;
    Ok(())
}
