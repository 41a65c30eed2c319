//! `klayers run`: the whole job in one process.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;

use super::context::Context;
use super::load::load_and_look_up;
use super::outcome::Outcome;
use super::places::PAPERS;
use super::places::local::{self, DEPLOYMENTS, DIST, LEDGER, RECEIPTS, SITE};
use super::steps::{
    AccountArg, CheckArgs, Outputs, Publishing, Pythons, Selection, SelectionArgs, due, keep_papers, make, open_regions, publish_all, record_or_report,
    remove_half_written, render_all, resolve_rows,
};
use super::summary;
use crate::config::Catalog;
use crate::domain::{Outcome as AttemptOutcome, PackageName, Receipt, RegionCode};
use crate::ledger::{self, Writer};
use crate::outside::files;
use crate::plan::{Effort, decide};
use crate::publish;

/// Does the whole job: resolves, builds, verifies, publishes, records and renders.
///
/// Works on an embedded account, so it needs neither AWS nor a server, and keeps everything in
/// `.klayers/`. It may be killed at any moment and started again.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    selection: SelectionArgs,
    /// Only the small part of the catalogue that `klayers.toml` names as its sample.
    #[arg(long, conflicts_with_all = ["packages", "runtimes"])]
    sample: bool,
    /// Builds and publishes what has not changed, too.
    #[arg(long)]
    force: bool,
    /// Where layers live: `local:DIR`. Not `aws`: no process runs the code of packages and has credentials.
    #[arg(long, value_name = "ACCOUNT", default_value = local::ACCOUNT)]
    account: AccountArg,
    #[command(flatten)]
    checks: CheckArgs,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    anyhow::ensure!(
        args.account != AccountArg::Aws,
        "`run` runs the code of packages, and no process that does may have credentials\nhelp: `klayers plan`, `build` and `verify` without them; then `klayers publish --account aws`, `record` and `render`"
    );
    let writer = Writer::open(&context.path(LEDGER))?;
    remove_half_written(context)?;
    let Some((catalog, ledger, resolver)) = load_and_look_up(context, LEDGER.as_ref()).await? else {
        return Ok(Outcome::Problems);
    };
    let regions: Vec<RegionCode> = catalog.active_regions().map(|region| region.code.clone()).collect();
    let rows = selection(args, &catalog)?.rows(&catalog)?;
    let row_count = rows.len();
    let resolved = resolve_rows(context, &catalog, &resolver, rows).await?;
    let (effort, publish_effort) = if args.force { (Effort::Forced, publish::Effort::Forced) } else { (Effort::Needed, publish::Effort::Needed) };
    let plan = decide(&catalog, &ledger, &regions, resolved, effort, context.now);

    let minors = plan.builds.iter().map(|build| build.runtime.python).collect();
    let pythons = Pythons::find(context, &args.checks, args.checks.over(catalog.settings.build), minors).await?;
    // A run that was killed may have recorded archives and not kept what stands beside them.
    keep_papers(context, &catalog, &ledger, &context.path(DIST))?;
    files::remove_dir(&context.path(DIST))?;
    let (mut attempts, archives) = make(context, &catalog, &pythons, &plan.builds, &context.path(DIST)).await?;
    attempts.extend(plan.settled);
    attempts.sort_by(|a, b| (a.runtime, &a.package).cmp(&(b.runtime, &b.package)));
    let publishing = Publishing { catalog: &catalog, ledger: &ledger, account: &args.account, regions: &regions, plan: None, effort: publish_effort };
    let (tally, mut receipts) = publish_all(context, &publishing, &archives, &context.path(RECEIPTS)).await?;

    receipts.extend(attempts.iter().cloned().map(Receipt::Attempt));
    let Some(recorded) = record_or_report(context, &writer, &ledger, &receipts)? else {
        return Ok(Outcome::Problems);
    };
    // From the disk, as any later command will see it.
    let fingerprint = ledger::fingerprint(&context.path(LEDGER))?;
    let ledger = ledger::read(&context.path(LEDGER), LEDGER)?.ledger;
    keep_papers(context, &catalog, &ledger, &context.path(DIST))?;
    files::remove(&context.path(RECEIPTS))?;
    files::remove_dir(&context.path(DIST))?;
    let outputs = Outputs { deployments: PathBuf::from(DEPLOYMENTS), site: PathBuf::from(SITE), papers: PathBuf::from(PAPERS) };
    let due = due(context, &catalog, fingerprint, &outputs)?;
    let rendered = due.map(|due| tokio::task::block_in_place(|| render_all(context, &catalog, &ledger, &outputs, &due))).transpose()?;
    context.wheels().shrink(context.cache_max_bytes)?;

    context.put(summary::table(&attempts));
    if recorded.events == 0 && rendered.is_none() && plan.builds.is_empty() {
        context.put("nothing to do: everything is as it should be");
    } else {
        if !archives.is_empty() {
            context.put(summary::imports(&archives));
        }
        context.put(summary::published(tally, regions.len()));
        open_regions(&receipts).iter().for_each(|line| context.put(line));
    }
    if args.sample && !plan.builds.is_empty() {
        context.put(summary::whole_catalogue(catalog.rows.len(), row_count, began.elapsed()));
    }
    context.put(format_args!("ledger: {LEDGER}  deployments: {DEPLOYMENTS}  site: {SITE}"));
    context.put("next: klayers serve");
    let failed = attempts.iter().any(|attempt| matches!(attempt.outcome, AttemptOutcome::Failed(_)));
    Ok(if failed || tally.is_open() { Outcome::Problems } else { Outcome::Done })
}

fn selection(args: &Args, catalog: &Catalog) -> anyhow::Result<Selection> {
    if !args.sample {
        return Ok(args.selection.selection());
    }
    let sample = catalog.settings.sample.as_ref().context("`klayers.toml` has no `[sample]`\nhelp: write one, or name packages with `--package`")?;
    let packages = sample.packages.iter().map(|name| name.parse::<PackageName>()).collect::<Result<_, _>>()?;
    let runtimes = catalog.active_runtimes().map(|spec| spec.runtime).filter(|runtime| runtime.python == sample.python).collect();
    Ok(Selection { packages, runtimes })
}
