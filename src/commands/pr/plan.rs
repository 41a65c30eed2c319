//! `klayers pr plan`: what does a pull request ask to build?

use std::path::PathBuf;

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::places;
use crate::commands::revision::compare;
use crate::commands::steps::{resolve_rows, write_plan};
use crate::domain::{Outcome as AttemptOutcome, RegionCode, printable_path};
use crate::outside::step::Step;
use crate::plan::{Effort, Scope, decide, share_out};
use crate::pull::touched;

/// Writes the plan of what a change touches: rows that are new or ask for something else, for every runtime that they
/// are for. They are built whatever is published; nothing of it is published.
///
/// The step of a workflow gives out `any`, `shards` and `plan-sha256`; `any` is `false` where config has problems.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The git revision that the change is to be merged into.
    #[arg(long, value_name = "REV")]
    base: String,
    /// Builds at most this many packages, each for all of its runtimes: new ones first, then by name.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    packages_max: u32,
    /// Shares the work out over at most this many machines: one more where there are two kinds of processors and one machine.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=256))]
    shards: u32,
    /// Where to write the plan.
    #[arg(short, long, value_name = "FILE", default_value = places::PLAN)]
    output: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let compared = compare(Some(&args.base), context).await?;
    context.print(&compared.now.problems);
    let Some(catalog) = compared.now.catalog.filter(|_| !compared.now.problems.has_errors()) else {
        Step::from_environment().output(&[("any", "false"), ("shards", "[]"), ("plan-sha256", "")])?;
        context.say("nothing was planned: mend the problems above first");
        return Ok(Outcome::Problems);
    };
    let base = compared.base.and_then(|base| base.catalog);
    let touched = touched(base.as_ref(), &catalog, usize::try_from(args.packages_max)?);
    let mut rows = touched.rows;
    rows.sort_by_cached_key(|row| (row.runtime, row.request.normalized()));
    let resolved = if rows.is_empty() {
        Vec::new()
    } else {
        let resolver = context.resolver().await?.with_sources(catalog.source_builds());
        resolve_rows(context, &catalog, &resolver, rows).await?
    };
    let regions: Vec<RegionCode> = catalog.active_regions().map(|region| region.code.clone()).collect();
    let mut plan = decide(&catalog, &compared.now.ledger, &regions, resolved, Effort::Forced, context.now);
    plan.scope = Scope::Change;
    plan.left_out = touched.left_out;
    share_out(&mut plan, |_| None, args.shards);
    write_plan(&plan, &args.output)?;
    let failed = plan.settled.iter().filter(|attempt| matches!(attempt.outcome, AttemptOutcome::Failed(_))).count();
    let (builds, removed, left_out) = (plan.builds.len(), touched.removed.len(), plan.left_out.len());
    context
        .say(format!("{builds} to build, {failed} cannot be resolved, {removed} taken away, {left_out} packages left out: `{}`", printable_path(&args.output)));
    Ok(Outcome::Done)
}
