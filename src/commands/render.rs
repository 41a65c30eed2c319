//! `klayers render`: deployments and site from what is recorded.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::places;
use super::steps::{Inputs, Outputs, Renderer, due, render_all};
use crate::config;
use crate::domain::printable_path;
use crate::ledger::{self, LEDGER_DIR};
use crate::render::{FolderCheck, RenderError, Sink, StaleKind};

/// Renders `deployments/` and the site from config and ledger. Writes only what differs.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Writes nothing, says what is stale, and exits with 4 if anything is. The site is only looked
    /// at where there is one.
    #[arg(long)]
    check: bool,
    /// Renders as on this day [default: today, in UTC].
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// The ledger to render, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
    /// The folder for GitHub, below the root.
    #[arg(long, value_name = "DIR", default_value = places::DEPLOYMENTS)]
    deployments: PathBuf,
    /// The folder for Pages, below the root.
    #[arg(long, value_name = "DIR", default_value = places::SITE)]
    site: PathBuf,
    /// The papers that the site serves, which `klayers papers` gathered, below the root.
    #[arg(long, value_name = "DIR", default_value = places::PAPERS)]
    papers: PathBuf,
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let outputs = Outputs { deployments: args.deployments.clone(), site: args.site.clone(), papers: args.papers.clone() };
    if args.check { check(args, context, &outputs) } else { write(args, context, &outputs) }
}

fn write(args: &Args, context: &Context, outputs: &Outputs) -> anyhow::Result<Outcome> {
    let on_day = &context.on(args.today);
    // Before the ledger is understood: what was right the last time and has the same bytes is right.
    let fingerprint = ledger::fingerprint(&context.path(&args.ledger))?;
    let config = config::read(&context.root)?;
    let catalog = config.catalog.filter(|_| !config.problems.has_errors());
    let due = catalog.map(|catalog| due(on_day, &catalog, fingerprint, outputs)).transpose()?;
    if let Some(None) = due {
        context.say("nothing changed since the last time");
        return Ok(Outcome::Done);
    }
    let Some((catalog, ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    let Some(due) = due.flatten() else { anyhow::bail!("the configuration changed meanwhile\nhelp: run this again") };
    let changes = render_all(on_day, &catalog, &ledger, outputs, &due)?;
    context.say(format!("{} files written, {} removed, {} as they were", changes.written, changes.removed, changes.unchanged));
    Ok(Outcome::Done)
}

fn check(args: &Args, context: &Context, outputs: &Outputs) -> anyhow::Result<Outcome> {
    let Some((catalog, ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    let context = &context.on(args.today);
    let read = Inputs::new(context, outputs)?;
    let rendered = Renderer::new(context, &catalog, &ledger, &read);
    let mut count = report(context, &outputs.deployments, |sink| rendered.deployments(sink))?;
    if context.path(&outputs.site).exists() {
        count += report(context, &outputs.site, |sink| rendered.site(sink))?;
    }
    if count == 0 {
        return Ok(Outcome::Done);
    }
    context.say(format!("{count} files are stale: run `klayers render`"));
    Ok(Outcome::Stale)
}

/// Prints what is stale in `folder`, and counts it.
fn report(context: &Context, folder: &Path, rendering: impl Fn(&dyn Sink) -> Result<(), RenderError>) -> anyhow::Result<usize> {
    let check = FolderCheck::open(&context.path(folder))?;
    rendering(&check)?;
    let stale = check.finish();
    for found in &stale {
        let word = match found.kind {
            StaleKind::Missing => "missing",
            StaleKind::Different => "different",
            StaleKind::Extra => "extra",
        };
        context.put(format_args!("{word:<9} {}", printable_path(&folder.join(&found.path))));
    }
    Ok(stale.len())
}
