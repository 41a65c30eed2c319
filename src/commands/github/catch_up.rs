//! `klayers github catch-up`: starts a run that is due and did not happen.

use std::collections::BTreeMap;

use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::load::load_or_report;
use crate::github::{GitHub, Workflow, branch};
use crate::ledger::{LEDGER_DIR, last_run};
use crate::outside::step::Step;
use crate::plan::{Due, due};

/// Of more packages a run looks at everything.
const PACKAGES_MAX: usize = 100;

/// Starts a run that is due and did not happen.
///
/// One is due when none looked at the whole catalogue since this month began and half of its first day is over, or when an
/// active region lacks what others have: it may be well again. Nothing is started while a run waits or works. In a workflow,
/// the step gives out `started`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The workflow to start, by the name of its file.
    #[arg(long, value_name = "FILE")]
    workflow: Workflow,
    /// Only says what would be started.
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let Some((catalog, ledger)) = load_or_report(context, LEDGER_DIR.as_ref())? else { return Ok(Outcome::Problems) };
    let last_run = last_run(&context.path(LEDGER_DIR))?;
    let is_started = match due(&catalog, &ledger, last_run, context.now) {
        None => {
            context.say("nothing is due");
            false
        }
        Some(due) => {
            context.say(words(&due));
            start(args, context, &due).await?
        }
    };
    Step::from_environment().output(&[("started", if is_started { "true" } else { "false" })])?;
    Ok(Outcome::Done)
}

async fn start(args: &Args, context: &Context, due: &Due) -> anyhow::Result<bool> {
    if args.dry_run {
        context.say(format!("`{}` would be started", args.workflow));
        return Ok(false);
    }
    let github = GitHub::from_environment()?;
    if github.is_under_way(&args.workflow).await? {
        context.say(format!("`{}` waits or works already: nothing was started", args.workflow));
        return Ok(false);
    }
    github.start_workflow(&args.workflow, &branch()?, &inputs(due)).await?;
    context.say(format!("`{}` was started", args.workflow));
    Ok(true)
}

fn inputs(due: &Due) -> BTreeMap<&'static str, String> {
    match due {
        Due::Month(_) => BTreeMap::new(),
        // All regions: where a package has a newer release meanwhile, none should stay behind.
        Due::Regions { packages, .. } if packages.len() <= PACKAGES_MAX => {
            BTreeMap::from([("packages", packages.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))])
        }
        Due::Regions { .. } => BTreeMap::new(),
    }
}

fn words(due: &Due) -> String {
    match due {
        Due::Month(month) => format!("due: no run looked at everything since {month}"),
        Due::Regions { regions, packages } => {
            let regions: Vec<String> = regions.iter().map(ToString::to_string).collect();
            format!("due: {} packages that other regions have are not in {}", packages.len(), regions.join(", "))
        }
    }
}
