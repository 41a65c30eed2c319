//! `klayers plan`: what does the next run have to build?

use std::path::PathBuf;

use super::context::Context;
use super::load::load_and_look_up;
use super::outcome::Outcome;
use super::places;
use super::steps::{List, SelectionArgs, list, resolve_rows, select_regions, switch, write_plan};
use crate::domain::{Outcome as AttemptOutcome, RegionCode, printable_path};
use crate::ledger::LEDGER_DIR;
use crate::plan::{Effort, PlannedBuild, Scope, decide, share_out};

/// Resolves the catalogue, compares it with the ledger, and writes what must be built.
///
/// In a workflow, the variables `KLAYERS_PACKAGES`, `KLAYERS_RUNTIMES`, `KLAYERS_REGIONS` and `KLAYERS_FORCE` stand for flags
/// that are not written, and the step gives out `any`, `shards` and `plan-sha256` for the jobs that do the work.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    selection: SelectionArgs,
    /// Only for this region, or a list with commas. May be given several times.
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<List<RegionCode>>,
    /// Shares the work out over at most this many machines: one more where there are two kinds of processors and one machine.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=256))]
    shards: u32,
    /// Builds what has not changed, too.
    #[arg(long)]
    force: bool,
    /// Where to write the plan.
    #[arg(short, long, value_name = "FILE", default_value = places::PLAN)]
    output: PathBuf,
    /// The ledger to compare with, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let (selection, named) = (args.selection.given()?, list(&args.regions, "KLAYERS_REGIONS")?);
    let effort = if switch(args.force, "KLAYERS_FORCE")? { Effort::Forced } else { Effort::Needed };
    let Some((catalog, ledger, resolver)) = load_and_look_up(context, &args.ledger).await? else {
        return Ok(Outcome::Problems);
    };
    let rows = selection.rows(&catalog)?;
    let regions = select_regions(&catalog, &named, None)?;
    let resolved = resolve_rows(context, &catalog, &resolver, rows).await?;
    let mut plan = decide(&catalog, &ledger, &regions, resolved, effort, context.now);
    let all_regions = catalog.active_regions().all(|region| regions.contains(&region.code));
    plan.scope = if selection.is_whole() && all_regions { Scope::Whole } else { Scope::Part };
    let took = |build: &PlannedBuild| ledger.build_times.get(&build.runtime)?.seconds.get(&build.request.normalized()).copied();
    share_out(&mut plan, took, args.shards);
    write_plan(&plan, &args.output)?;
    let failed = plan.settled.iter().filter(|attempt| matches!(attempt.outcome, AttemptOutcome::Failed(_))).count();
    context.say(format!(
        "{} to build, {} unchanged, {failed} cannot be resolved: `{}`",
        plan.builds.len(),
        plan.settled.len() - failed,
        printable_path(&args.output)
    ));
    Ok(Outcome::Done)
}
