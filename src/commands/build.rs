//! `klayers build`: makes archives, from a plan or by name.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::load::{catalog_or_built_in, load_or_report};
use super::outcome::Outcome;
use super::places;
use super::steps::{BuiltByName, ByName, CheckArgs, Failures, Pythons, build_all, build_by_name, read_plan, tell_failures, value, write_attempts};
use super::summary;
use crate::assemble::move_archive;
use crate::config::BuildSettings;
use crate::domain::{Need, Outcome as AttemptOutcome, PackageName, PackageRequest, Runtime, Sha256, printable_path};
use crate::ledger::LEDGER_DIR;
use crate::outside::files;
use crate::plan::PlannedBuild;

/// Makes the archives of a plan, or of packages by name: `klayers build pandas --runtime p3.13 -o pandas.zip`.
///
/// By name, the archive is also checked, imported once if the machine has the runtime's Python, and told of in
/// one line (with `--quiet`: its path alone). Neither the catalogue nor any other file is needed for that.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Packages as they would stand in a row: `pandas`, `"psycopg[binary]<4"`. Each becomes a layer.
    #[arg(value_name = "PACKAGE", required_unless_present = "plan", conflicts_with = "plan")]
    packages: Vec<PackageRequest>,
    /// For this runtime. May be given several times.
    #[arg(short = 'R', long = "runtime", value_name = "RUNTIME", required_unless_present = "plan", conflicts_with = "plan")]
    runtimes: Vec<Runtime>,
    /// One layer of this name with all the packages in it, resolved together.
    #[arg(long, value_name = "NAME", conflicts_with = "plan")]
    bundle: Option<PackageName>,
    /// The plan to work from.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Refuses a plan with another SHA-256 [env: KLAYERS_PLAN_SHA256].
    #[arg(long, value_name = "SHA256", requires = "plan")]
    plan_sha256: Option<Sha256>,
    /// Only this share of the plan, from 0 [env: KLAYERS_SHARD].
    #[arg(long, value_name = "K", requires = "plan")]
    shard: Option<u32>,
    /// Tells of packages that fail as warnings, for the others to go on: what failed is beside the archives.
    #[arg(long)]
    allow_failures: bool,
    /// Where to put the archives, each with its papers; or, for a single layer, the zip's own path: `x.zip`.
    #[arg(short, long, value_name = "PATH", default_value = places::DIST)]
    output: PathBuf,
    #[command(flatten)]
    checks: CheckArgs,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    match &args.plan {
        Some(plan) => from_plan(args, plan, context).await,
        None => by_name(args, context).await,
    }
}

async fn by_name(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let Some((catalog, ledger)) = catalog_or_built_in(context)? else { return Ok(Outcome::Problems) };
    let is_zip = args.output.extension().is_some_and(|extension| extension == "zip");
    let layers = if args.bundle.is_some() { 1 } else { args.packages.len() } * args.runtimes.len();
    anyhow::ensure!(
        !is_zip || layers == 1,
        "these would be {layers} layers and `{}` is one\nhelp: name a folder, or join the packages with `--bundle NAME`",
        printable_path(&args.output)
    );
    // Archives go to their place when they are good; what else was made goes away.
    let parent = args.output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let dist = if is_zip { parent } else { &args.output };
    let wanted = ByName { packages: &args.packages, bundle: args.bundle.as_ref(), runtimes: &args.runtimes, checks: &args.checks };
    let BuiltByName { attempts, archives, folder } = build_by_name(context, &catalog, &ledger, &wanted, dist).await?;
    for archive in &archives {
        let path = if is_zip {
            files::rename(archive.zip(), &args.output)?;
            args.output.clone()
        } else {
            move_archive(&archive.manifest().layer, folder.path(), dist)?
        };
        let path = printable_path(&path);
        context.put(if context.quiet { path } else { summary::built(&path, archive.manifest()) });
    }
    if !is_zip {
        write_attempts(dist, 0, &attempts)?;
    }
    Ok(tell_failures(context, &catalog, attempts.iter(), Failures::of(args.allow_failures)))
}

async fn from_plan(args: &Args, plan: &Path, context: &Context) -> anyhow::Result<Outcome> {
    let Some((catalog, _)) = load_or_report(context, LEDGER_DIR.as_ref())? else {
        return Ok(Outcome::Problems);
    };
    let plan = read_plan(plan, value(args.plan_sha256, "KLAYERS_PLAN_SHA256")?)?;
    let shard = value(args.shard, "KLAYERS_SHARD")?;
    let builds: Vec<PlannedBuild> = plan.builds.into_iter().filter(|build| shard.is_none_or(|shard| build.shard == shard)).collect();
    // Archives of a plan are imported by `klayers verify`.
    let settings = BuildSettings { import_test: Need::Never, ..args.checks.over(catalog.settings.build) };
    let pythons = Pythons::find(context, &args.checks, settings, builds.iter().map(|build| build.runtime.python).collect()).await?;
    let mut attempts = build_all(context, &catalog, &pythons, &builds, &args.output).await?;
    let outcome = tell_failures(context, &catalog, attempts.iter().chain(&plan.settled), Failures::of(args.allow_failures));
    for (build, _) in builds.iter().zip(&attempts).filter(|(_, attempt)| attempt.outcome == AttemptOutcome::Built) {
        context.put(printable_path(&args.output.join(format!("{}.zip", build.layer))));
    }
    // What needed no build is told once, by the first share.
    if shard.unwrap_or(0) == 0 {
        attempts.extend(plan.settled);
    }
    write_attempts(&args.output, shard.unwrap_or(0), &attempts)?;
    Ok(outcome)
}
