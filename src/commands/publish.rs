//! `klayers publish`: verified archives into an account.

use std::path::PathBuf;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::steps::{AccountArg, Publishing, pass_on_attempts, publish_all, refusal, rules, verify_all};
use crate::domain::RegionCode;
use crate::ledger::LEDGER_DIR;
use crate::publish::Effort;
use crate::report::Problems;
use crate::verify::names;

/// Verifies archives and publishes the good ones, publicly, in every active region that lacks them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder that `klayers build` wrote.
    #[arg(value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    /// Where layers live: `local:DIR`.
    #[arg(long, value_name = "ACCOUNT")]
    account: AccountArg,
    /// Only this region. May be given several times.
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<RegionCode>,
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
    let active: Vec<RegionCode> = catalog.active_regions().map(|region| region.code.clone()).collect();
    for region in &args.regions {
        anyhow::ensure!(active.contains(region), "`{region}` is not an active region of `pipeline/config/regions.csv`");
    }
    let regions = if args.regions.is_empty() { active } else { args.regions.clone() };

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
    pass_on_attempts(&args.dist, &args.output, &catalog.settings.prefix, &refused)?;
    let effort = if args.force { Effort::Forced } else { Effort::Needed };
    let publishing = Publishing { catalog: &catalog, ledger: &ledger, account: &args.account, regions: &regions, effort };
    let (tally, _) = publish_all(context, &publishing, &archives, &args.output).await?;
    context.say(format!(
        "{} published, {} found there, {} open: `{}`",
        tally.published,
        tally.adopted + tally.done,
        tally.orphaned + tally.failed,
        args.output.display()
    ));
    Ok(if tally.is_open() || problems.has_errors() { Outcome::Problems } else { Outcome::Done })
}
