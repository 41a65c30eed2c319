//! `klayers check`: is everything in config and ledger as it should be?

use std::path::Path;

use anyhow::Context as _;

use super::context::Context;
use super::extras::{add_unknown_extras, rows_with_extras};
use super::load::{load, load_from};
use super::outcome::Outcome;
use crate::ledger::LEDGER_DIR;
use crate::outside::http::Network;
use crate::outside::process::Program;
use crate::report::Problems;

/// Checks `pipeline/config` and `pipeline/ledger` and reports every problem at once.
///
/// Rows that name extras are looked up in the package index, unless `--offline` is given.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Problems that this git revision already has are warnings.
    #[arg(long, value_name = "REV")]
    base: Option<String>,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let mut loaded = load(context, Path::new(LEDGER_DIR))?;
    let rows = rows_with_extras(&loaded);
    if !rows.is_empty() && context.http.network() == Network::Online {
        let count = rows.len();
        let looked_up = async { Ok::<_, anyhow::Error>(context.resolver().await?.unknown_extras(rows).await?) };
        match looked_up.await {
            Ok(problems) => add_unknown_extras(&mut loaded, problems),
            Err(error) => context.say(format!("note: the extras of {count} rows were not looked up: {error:#}")),
        }
    }
    if let Some(revision) = &args.base {
        let base = problems_of(revision, context).await.with_context(|| format!("looking at `{revision}`"))?;
        loaded.problems.ratchet(&base);
    }
    context.print(&loaded.problems);
    if loaded.problems.has_errors() {
        return Ok(Outcome::Problems);
    }
    let (rows, regions) = loaded.catalog.map_or((0, 0), |catalog| (catalog.rows.len(), catalog.regions.len()));
    context.say(format!("{rows} rows for {regions} regions are in order"));
    Ok(Outcome::Done)
}

/// The problems of another revision, checked out into a folder that is gone afterwards.
async fn problems_of(revision: &str, context: &Context) -> anyhow::Result<Problems> {
    anyhow::ensure!(!revision.starts_with('-'), "a revision does not start with `-`");
    let folder = tempfile::tempdir().context("making a temporary folder")?;
    let text = |path: &Path| path.display().to_string();
    let checkout = Program::new("git")
        .arguments(["-C".to_owned(), text(&context.root), format!("--work-tree={}", text(folder.path()))])
        .arguments(["checkout", revision, "--", "pipeline"])
        .environment("GIT_INDEX_FILE", text(&folder.path().join(".index")))
        .run()
        .await?;
    anyhow::ensure!(checkout.succeeded(), "git says: {}", checkout.stderr.trim());
    Ok(load_from(folder.path(), Path::new(LEDGER_DIR))?.problems)
}
