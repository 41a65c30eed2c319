//! `klayers publish`: verified archives into an account.

use std::path::PathBuf;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::places;
use super::steps::{
    AccountArg, ImportTestArg, List, Publishing, good_archives, list, open_regions, pass_on_attempts, paused, preview_all, preview_table, publish_all,
    read_plan, readiness_table, select_regions, switch, value,
};
use crate::domain::{Partition, RegionCode, Sha256, printable_path};
use crate::ledger::LEDGER_DIR;
use crate::plan::Scope;
use crate::publish::{Effort, PreviewStep};

/// Verifies archives and publishes the good ones in every active region that lacks them.
///
/// Runs no code of packages, so it may have credentials. What it makes is shared as `klayers.toml` says, publicly
/// by default, and read back. It may be killed at any moment and started again.
///
/// In a workflow, the variables `KLAYERS_PLAN_SHA256`, `KLAYERS_REGIONS`, `KLAYERS_DRY_RUN` and `KLAYERS_FORCE` stand for flags
/// that are not written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder that `klayers build` wrote.
    #[arg(value_name = "DIR", default_value = places::DIST)]
    dist: PathBuf,
    /// Where layers live: `aws`, or `local:DIR`.
    #[arg(long, value_name = "ACCOUNT")]
    account: AccountArg,
    /// The plan that the archives were made from: nothing else is published, and only where the plan says, unless forced.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Refuses a plan with another SHA-256.
    #[arg(long, value_name = "SHA256", requires = "plan")]
    plan_sha256: Option<Sha256>,
    /// Only this region, or a list with commas. May be given several times.
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<List<RegionCode>>,
    /// Only the regions of this partition: `aws`, `aws-cn` or `aws-us-gov`.
    #[arg(long, value_name = "PARTITION", conflicts_with = "regions")]
    partition: Option<Partition>,
    /// Only looks and says what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Publishes a new version even where there is one with the same content.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    import_test: ImportTestArg,
    /// Where to add the receipts. What an earlier run left there is taken into account.
    #[arg(short, long, value_name = "FILE", default_value = places::RECEIPTS)]
    output: PathBuf,
    /// The ledger that tells what is published, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let named = if args.partition.is_some() { Vec::new() } else { list(&args.regions, "KLAYERS_REGIONS")? };
    let effort = if switch(args.force, "KLAYERS_FORCE")? { Effort::Forced } else { Effort::Needed };
    let is_dry = switch(args.dry_run, "KLAYERS_DRY_RUN")?;
    let sha256 = value(args.plan_sha256, "KLAYERS_PLAN_SHA256")?;
    let plan = args.plan.as_deref().map(|path| read_plan(path, sha256)).transpose()?;
    anyhow::ensure!(
        plan.as_ref().is_none_or(|plan| plan.scope != Scope::Change),
        "the plan is of a change that is only proposed: nothing of it is published\nhelp: merge the change, and make a plan of the catalogue then"
    );
    let Some((catalog, ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    let regions = select_regions(&catalog, &named, args.partition)?;
    paused(&catalog).iter().for_each(|line| context.say(line));
    let import_test = args.import_test.over(catalog.settings.build.import_test);
    let archives = good_archives(context, &catalog, &args.dist, plan.as_ref(), import_test)?;
    context.print(&archives.problems);
    let publishing = Publishing { catalog: &catalog, ledger: &ledger, account: &args.account, regions: &regions, plan: plan.as_ref(), effort };
    if is_dry {
        let (ready, lines) = preview_all(context, &publishing, &archives.good, &args.output).await?;
        context.put(readiness_table(&ready));
        context.put(preview_table(&lines));
        let is_open = lines.iter().any(|line| matches!(line.step, PreviewStep::Blocked(_)));
        return Ok(if is_open || archives.problems.has_errors() { Outcome::Problems } else { Outcome::Done });
    }
    pass_on_attempts(&args.output, &catalog.settings.prefix, plan.as_ref(), &archives)?;
    let (tally, receipts) = publish_all(context, &publishing, &archives.good, &args.output).await?;
    context.say(format!(
        "{} published, {} found there, {} open: `{}`",
        tally.published,
        tally.adopted + tally.done,
        tally.orphaned + tally.failed,
        printable_path(&args.output)
    ));
    open_regions(&receipts).iter().for_each(|line| context.say(line));
    Ok(if tally.is_open() || archives.problems.has_errors() { Outcome::Problems } else { Outcome::Done })
}
