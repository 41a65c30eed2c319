//! `klayers verify`: are these archives good enough to publish?

use std::path::PathBuf;

use super::context::Context;
use super::outcome::Outcome;
use super::steps::verify_all;
use crate::report::Problems;
use crate::verify::names;

/// Checks archives: structure, modes, dates, sizes, every file against its `RECORD`, the zip against
/// its manifest.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder that `klayers build` wrote.
    #[arg(value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let verified = verify_all(context, &args.dist, names(&args.dist)?)?;
    let count = verified.len();
    let mut problems = Problems::new();
    let mut bad = 0;
    for (_, result) in verified {
        if let Err(of_archive) = result {
            bad += 1;
            problems.extend(of_archive);
        }
    }
    context.print(&problems);
    context.say(format!("{} of {count} archives are good", count - bad));
    Ok(if bad == 0 { Outcome::Done } else { Outcome::Problems })
}
