//! `klayers publish`: verified archives into an account.

use std::path::PathBuf;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::steps::{
    AccountArg, Publishing, open_regions, pass_on_attempts, paused, preview_all, preview_table, publish_all, readiness_table, refusal, rules, select_regions,
    verify_all,
};
use crate::domain::{Partition, RegionCode};
use crate::ledger::LEDGER_DIR;
use crate::publish::{Effort, PreviewStep};
use crate::report::Problems;
use crate::verify::names;

/// Verifies archives and publishes the good ones in every active region that lacks them.
///
/// Runs no code of packages, so it may have credentials. What it makes is shared as `klayers.toml` says, publicly
/// by default, and read back. It may be killed at any moment and started again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder that `klayers build` wrote.
    #[arg(value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// Where layers live: `aws`, or `local:DIR`.
    #[arg(long, value_name = "ACCOUNT")]
    account: AccountArg,
    /// Only this region. May be given several times.
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<RegionCode>,
    /// Only the regions of this partition: `aws`, `aws-cn` or `aws-us-gov`.
    #[arg(long, value_name = "PARTITION", conflicts_with = "regions")]
    partition: Option<Partition>,
    /// Only looks and says what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Publishes a new version even where there is one with the same content.
    #[arg(long)]
    force: bool,
    /// Where to add the receipts. What an earlier run left there is taken into account.
    #[arg(short, long, value_name = "FILE", default_value = "receipts.jsonl")]
    output: PathBuf,
    /// The ledger that tells what is published, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let Some((catalog, ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    let regions = select_regions(&catalog, &args.regions, args.partition)?;
    paused(&catalog).iter().for_each(|line| context.say(line));
    let rules = rules(&catalog, catalog.settings.build.import_test);
    let mut problems = Problems::new();
    let mut archives = Vec::new();
    let mut refused = Vec::new();
    for (name, result) in verify_all(context, &rules, &args.dist, names(&args.dist)?)? {
        match result {
            Ok(archive) => archives.push(archive),
            Err(of_archive) => {
                refused.extend(refusal(&of_archive).map(|failure| (name, failure)));
                problems.extend(of_archive);
            }
        }
    }
    context.print(&problems);
    let effort = if args.force { Effort::Forced } else { Effort::Needed };
    let publishing = Publishing { catalog: &catalog, ledger: &ledger, account: &args.account, regions: &regions, effort };
    if args.dry_run {
        let (ready, lines) = preview_all(context, &publishing, &archives, &args.output).await?;
        println!("{}", readiness_table(&ready));
        print!("{}", preview_table(&lines));
        let is_open = lines.iter().any(|line| matches!(line.step, PreviewStep::Blocked(_)));
        return Ok(if is_open || problems.has_errors() { Outcome::Problems } else { Outcome::Done });
    }
    pass_on_attempts(&args.dist, &args.output, &catalog.settings.prefix, &refused)?;
    let (tally, receipts) = publish_all(context, &publishing, &archives, &args.output).await?;
    context.say(format!(
        "{} published, {} found there, {} open: `{}`",
        tally.published,
        tally.adopted + tally.done,
        tally.orphaned + tally.failed,
        args.output.display()
    ));
    open_regions(&receipts).iter().for_each(|line| context.say(line));
    Ok(if tally.is_open() || problems.has_errors() { Outcome::Problems } else { Outcome::Done })
}
