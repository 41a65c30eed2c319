//! `klayers verify`: are these archives good enough to publish?

use std::path::PathBuf;

use super::context::Context;
use super::load::catalog_or_built_in;
use super::outcome::Outcome;
use super::places;
use super::steps::{CheckArgs, Checked, Pythons, VerifyClock, note_checks, refusal, verify_and_import};
use crate::verify::{names, without_manifest};

/// So many failures without one success are no longer believed to be the packages' own.
const DOUBTED_MIN: usize = 6;

/// Checks archives: structure, every file against its `RECORD`, compiled files against what the runtime has, the zip
/// against its manifest; and imports each once, in a box, where the machine has the runtime's Python and processor.
///
/// What came of the import is noted in the manifest, which `klayers publish` reads: it runs no code of a package.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder that `klayers build` wrote.
    #[arg(value_name = "DIR", default_value = places::DIST)]
    dist: PathBuf,
    /// Tells of archives that fail as warnings, for the others to go on, unless there are six or more and none is good. What came of each, and how long it took, is noted
    /// in the attempts beside the archives.
    #[arg(long)]
    allow_failures: bool,
    #[command(flatten)]
    checks: CheckArgs,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let Some((catalog, _)) = catalog_or_built_in(context)? else { return Ok(Outcome::Problems) };
    let names = names(&args.dist)?;
    let mut problems = without_manifest(&args.dist, &names)?;
    let minors = catalog.runtimes.iter().filter(|spec| names.iter().any(|name| name.contains(&spec.runtime.layer_infix())));
    let pythons = Pythons::find(context, &args.checks, args.checks.over(catalog.settings.build), minors.map(|spec| spec.runtime.python).collect()).await?;
    let clock = VerifyClock::default();
    let verified = verify_and_import(context, &catalog, &pythons, &args.dist, names, &clock).await?;
    let count = verified.len();
    if args.allow_failures {
        let checked =
            verified.iter().map(|(name, result)| Checked { name, seconds: clock.seconds(name), refused: result.as_ref().err().and_then(|of| refusal(of)) });
        note_checks(&args.dist, &catalog.settings.prefix, &checked.collect::<Vec<_>>())?;
    }
    let mut bad = 0;
    for (_, result) in verified {
        if let Err(of_archive) = result {
            bad += 1;
            problems.extend(of_archive.into_iter().map(|problem| if args.allow_failures { problem.into_warning() } else { problem }));
        }
    }
    context.print(&problems);
    context.say(format!("{} of {count} archives are good", count - bad));
    let are_doubted = bad == count && count >= DOUBTED_MIN;
    if args.allow_failures && are_doubted {
        context.say("none is good: that says more of this machine, or of the box, than of the packages");
    }
    Ok(if bad == 0 || (args.allow_failures && !are_doubted) { Outcome::Done } else { Outcome::Problems })
}
