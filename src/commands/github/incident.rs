//! `klayers github incident`: the one issue that tells of failures.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::incident_words::{Told, news, text, well_again};
use super::jobs::{Jobs, section};
use crate::commands::Outcome;
use crate::commands::context::Context;
use crate::commands::steps::open_regions;
use crate::github::{GitHub, Raised, Rolling, Settled, run_url};
use crate::ledger::{self, LEDGER_DIR};
use crate::publish::read_receipts;

const ISSUE: Rolling<'static> = Rolling { marker: "<!-- klayers:incident -->", label: "incident", title: "A run of the catalogue failed" };

/// Opens, updates or closes the issue that tells of failures.
///
/// `KLAYERS_NEEDS` holds the results of the other jobs, as `toJSON(needs)` writes them. When one failed or was cancelled, the
/// issue says so, with the regions that are left open and the packages that cannot be built; when all is well, what this
/// workflow had to say is taken out, and an issue with nothing left is closed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The receipts of this run, which tell the regions that are left open. May be missing.
    #[arg(long, value_name = "FILE")]
    receipts: Option<PathBuf>,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let needs = std::env::var("KLAYERS_NEEDS").ok().filter(|needs| !needs.trim().is_empty());
    let needs = needs.context("`KLAYERS_NEEDS` is not set\nhelp: a workflow sets it to `${{ toJSON(needs) }}`")?;
    let jobs: Jobs = needs.parse().context("`KLAYERS_NEEDS` is not what `toJSON(needs)` writes")?;
    let github = GitHub::from_environment()?;
    let workflow = section(std::env::var("GITHUB_WORKFLOW").ok().as_deref());
    let run = run_url();
    if jobs.bad().is_empty() {
        let told = match github.settle_issue(&ISSUE, &workflow, &well_again(run.as_deref())).await? {
            Settled::Closed(number) => format!("all is well again: #{number} was closed"),
            Settled::Updated(number) => format!("all is well here; #{number} still tells of another workflow"),
            Settled::Nothing => "all is well".to_owned(),
        };
        context.say(told);
        return Ok(Outcome::Done);
    }
    let status = ledger::read(&context.path(LEDGER_DIR), LEDGER_DIR)?.ledger.status;
    let told = Told { workflow: &workflow, run: run.as_deref(), jobs: &jobs, open: open(args.receipts.as_deref()), status: &status };
    let told = match github.raise_issue(&ISSUE, &workflow, &text(&told), &news(&workflow, run.as_deref())).await? {
        Raised::Opened => "an issue was opened".to_owned(),
        Raised::Reopened(number) => format!("#{number} was opened again"),
        Raised::Updated(number) => format!("#{number} was brought up to date"),
        Raised::Unchanged(number) => format!("#{number} says so already"),
    };
    context.say(told);
    Ok(Outcome::Done)
}

/// What publishing left open. Receipts that cannot be read are one more thing to tell, not a reason to tell nothing.
fn open(receipts: Option<&Path>) -> Vec<String> {
    match receipts.filter(|path| path.exists()).map(read_receipts) {
        None => Vec::new(),
        Some(Ok(receipts)) => open_regions(&receipts),
        Some(Err(error)) => vec![format!("the receipts cannot be read: {error}")],
    }
}
