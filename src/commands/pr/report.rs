//! `klayers pr report`: what came of it, as data.

use std::path::PathBuf;

use anyhow::Context as _;

use super::made::made;
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::places;
use crate::commands::revision::compare;
use crate::commands::steps::{read_plan, value};
use crate::domain::{Sha256, printable_path};
use crate::outside::files::{self, Durability};
use crate::outside::step::Step;
use crate::pull::{Change, Circumstances, Report, gather, markdown, read, touched};

/// Writes what came of a change as data, for `klayers pr comment`, and shows it on the page of the run.
///
/// It ends well when there is a report, whatever that says.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folders that `klayers verify` checked, or folders of such folders. Archives need not be there any more.
    #[arg(value_name = "DIST")]
    dists: Vec<PathBuf>,
    /// The git revision that the change is to be merged into.
    #[arg(long, value_name = "REV")]
    base: String,
    /// The plan of the change. Where there is none, nothing was built.
    #[arg(long, value_name = "FILE", default_value = places::PLAN)]
    plan: PathBuf,
    /// Refuses a plan with another SHA-256 [env: KLAYERS_PLAN_SHA256].
    #[arg(long, value_name = "SHA256")]
    plan_sha256: Option<Sha256>,
    /// Where to write the report.
    #[arg(short, long, value_name = "FILE", default_value = "report.json")]
    output: PathBuf,
}

/// Packages that count as touched where there is no plan, which knows.
const PACKAGES_MAX: usize = 20;

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let compared = compare(Some(&args.base), context).await?;
    let plan = if args.plan.exists() { Some(read_plan(&args.plan, value(args.plan_sha256, "KLAYERS_PLAN_SHA256")?)?) } else { None };
    let base = compared.base.and_then(|base| base.catalog);
    let touched = compared.now.catalog.as_ref().map(|catalog| touched(base.as_ref(), catalog, PACKAGES_MAX)).unwrap_or_default();
    let made = match &compared.now.catalog {
        Some(catalog) => made(context, catalog, &args.dists)?,
        None => Default::default(),
    };
    let report = gather(&compared.now.problems, &touched, plan.as_ref(), &made);
    let text = report.canonical();
    read(text.as_bytes()).context("the report that was made cannot be read")?;
    files::write_alone(&args.output, text.as_bytes(), Durability::Process)?;
    let circumstances = Circumstances { commit: None, run: None, change: Change::Unknown };
    Step::from_environment().summary(&markdown(Ok(&report), &circumstances))?;
    context.say(summary(&report, &printable_path(&args.output)));
    Ok(Outcome::Done)
}

fn summary(report: &Report, path: &str) -> String {
    let good = report.layers.iter().filter(|layer| layer.is_good()).count();
    format!("{good} of {} layers are good, the catalogue has {} problems: `{path}`", report.layers.len(), report.errors.count)
}
