//! `klayers build`: makes archives, from a plan or by name.

use std::path::PathBuf;

use anyhow::Context as _;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::steps::{build_all, resolve_rows, write_attempts};
use crate::config::{self, CONFIG_DIR, Catalog, Row};
use crate::domain::{Attempt, LayerRequest, Outcome as AttemptOutcome, PackageName, PackageRequest, Runtime};
use crate::ledger::{LEDGER_DIR, Ledger};
use crate::outside::files;
use crate::plan::{Effort, Plan, PlannedBuild, decide};
use crate::report::{Location, printable};
use crate::resolve::Resolver;
const PLAN_MAX_BYTES: u64 = 1 << 30;

/// Makes the archives of a plan, or of packages by name: `klayers build pandas --runtime p3.13-arm64`.
///
/// Each archive is a zip with a manifest and the lock that it was made from.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Packages as they would stand in a row: `pandas`, `"psycopg[binary]<4"`. Each becomes a layer.
    #[arg(value_name = "PACKAGE", required_unless_present = "plan", conflicts_with = "plan")]
    packages: Vec<PackageRequest>,
    /// For this runtime. May be given several times.
    #[arg(short = 'R', long = "runtime", value_name = "RUNTIME", required_unless_present = "plan", conflicts_with = "plan")]
    runtimes: Vec<Runtime>,
    /// The plan to work from.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Only this share of the plan, from 0.
    #[arg(long, value_name = "K", requires = "plan")]
    shard: Option<u32>,
    /// Where to put the archives.
    #[arg(short, long, value_name = "DIR", default_value = "dist")]
    output: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let Some((catalog, _)) = load_or_report(context, LEDGER_DIR.as_ref())? else {
        return Ok(Outcome::Problems);
    };
    let plan = match &args.plan {
        Some(path) => {
            let bytes = files::read(path, PLAN_MAX_BYTES)?;
            serde_json::from_slice::<Plan>(&bytes).with_context(|| format!("reading the plan `{}`", path.display()))?
        }
        None => plan_by_name(args, context, &catalog).await?,
    };
    let builds: Vec<PlannedBuild> = plan.builds.into_iter().filter(|build| args.shard.is_none_or(|shard| build.shard == shard)).collect();
    let mut attempts = build_all(context, &catalog, &builds, &args.output).await?;
    let failed: Vec<&Attempt> = attempts.iter().chain(&plan.settled).filter(|attempt| matches!(attempt.outcome, AttemptOutcome::Failed(_))).collect();
    for attempt in &failed {
        if let AttemptOutcome::Failed(failure) = &attempt.outcome {
            context.say(format!("failed: {} for {}: {}", attempt.package, attempt.runtime, printable(&failure.reason)));
        }
    }
    let outcome = if failed.is_empty() { Outcome::Done } else { Outcome::Problems };
    for (build, _) in builds.iter().zip(&attempts).filter(|(_, attempt)| attempt.outcome == AttemptOutcome::Built) {
        println!("{}", args.output.join(format!("{}.zip", build.layer)).display());
    }
    // What needed no build is told once, by the first share.
    if args.shard.unwrap_or(0) == 0 {
        attempts.extend(plan.settled);
    }
    write_attempts(&args.output, args.shard.unwrap_or(0), &attempts)?;
    Ok(outcome)
}

/// A plan for packages that need not be in the catalogue.
async fn plan_by_name(args: &Args, context: &Context, catalog: &Catalog) -> anyhow::Result<Plan> {
    let resolver = Resolver::prepare(&context.cache_dir, &context.http).await?;
    let mut rows = Vec::new();
    for &runtime in &args.runtimes {
        anyhow::ensure!(catalog.runtime(runtime).is_some(), "`klayers.toml` has no runtime `{runtime}`");
        for request in &args.packages {
            let request = catalog.settings.complete(LayerRequest::package(request.clone()))?;
            let layer = catalog.settings.prefix.layer_name(runtime, request.name())?;
            rows.push(Row { runtime, request, layer, license: String::new(), location: Location::file("command line") });
        }
    }
    let resolved = resolve_rows(context, catalog, &resolver, rows.iter().collect()).await?;
    let regions: Vec<_> = catalog.regions.iter().map(|region| region.code.clone()).collect();
    Ok(decide(catalog, &Ledger::default(), &regions, resolved, Effort::Forced, context.now))
}
