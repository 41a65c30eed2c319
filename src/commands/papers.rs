//! `klayers papers`: gathers the locks and bills of materials that the site serves.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context as _;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::places;
use super::steps::{ServedSite, gather_from_dist, gather_from_site};
use crate::config::Catalog;
use crate::domain::{Paper, printable_path};
use crate::ledger::LEDGER_DIR;
use crate::render::{PaperStore, View};

/// Gathers the locks and bills of materials of all layers that are listed, for `klayers render` to serve them by their hash.
///
/// The record has their hashes and, of each package, the newest lock; everything else is in the folder of the archives when
/// they were built, and afterwards on the site: gather before the site is rendered and replaced.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders with archives that were published. With `--from-site`, one that is not there is told and passed over.
    #[arg(value_name = "DIST")]
    dist: Vec<PathBuf>,
    /// The address of the site as it is served, for those of older archives.
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// The same, at the address in `klayers.toml`. A site that is not there yet is told and passed over.
    #[arg(long, conflicts_with = "site")]
    from_site: bool,
    /// Where papers are kept, below the root.
    #[arg(long, value_name = "DIR", default_value = places::PAPERS)]
    papers: PathBuf,
    /// The ledger, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let Some((catalog, ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    let wanted = View::new(&catalog, &ledger, context.today()).papers_told();
    let store = PaperStore::new(&context.path(&args.papers));
    let mut added = 0;
    for dist in &args.dist {
        let dist = context.path(dist);
        if !dist.is_dir() {
            // A run of workflows that had nothing to build has none.
            anyhow::ensure!(args.from_site, "`{}` is no folder\nhelp: name the folder that `klayers build` wrote", printable_path(&dist));
            context.say(format!("note: there is no folder `{}`: nothing was built", printable_path(&dist)));
            continue;
        }
        added += gather_from_dist(&store, &wanted, &dist).with_context(|| format!("gathering papers from `{}`", printable_path(&dist)))?;
    }
    let missing: BTreeSet<Paper> = wanted.difference(&store.papers()?).copied().collect();
    let mut lost = 0;
    if let Some(site) = site(args, &catalog)? {
        let not_there = gather_from_site(context, &store, &missing, &site)
            .await
            .context("the site was not read to its end: what is not gathered now would be lost when the site is replaced")?;
        for (paper, why) in &not_there {
            context.say(format!("warning: {}: {why}", paper.path()));
        }
        lost = not_there.len();
        added += missing.len() - lost;
    }
    let removed = store.keep_only(&wanted)?;
    let is_asked = args.site.is_some() || args.from_site;
    let still_missing = if is_asked { lost } else { missing.len() };
    context.say(format!("papers: {} wanted, {added} added, {still_missing} missing, {removed} removed", wanted.len()));
    if still_missing > 0 && !is_asked {
        context.say("help: the newest locks are in the ledger; `--site URL` gets the others from the site as it is served");
    }
    Ok(Outcome::Done)
}

/// The site that is to be asked, if one is.
fn site(args: &Args, catalog: &Catalog) -> anyhow::Result<Option<ServedSite>> {
    if !args.from_site {
        return Ok(args.site.clone().map(ServedSite::There));
    }
    let address = catalog.settings.site.address.as_ref();
    let address = address.context("`klayers.toml` does not say where the site is\nhelp: write `address = \"https://…/\"` below `[site]`")?;
    Ok(Some(ServedSite::PerhapsThere(address.to_string())))
}
