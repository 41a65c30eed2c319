//! What a commit of the record has: the branch's own ledger with the news on top, and what is rendered from it.

use super::{News, record_or_report};
use crate::commands::context::Context;
use crate::commands::load::load_from;
use crate::commands::places::DEPLOYMENTS;
use crate::config::{self, Catalog};
use crate::domain::NormalizedName;
use crate::ledger::{self, LEDGER_DIR, Ledger, Writer};
use crate::outside::files;
use crate::outside::progress::Unit;
use crate::render::{FolderWriter, View, deployments};
use crate::report::Problems;

/// What was written.
#[derive(Debug)]
pub struct Content {
    /// The record as the branch had it.
    pub before: Ledger,
    /// The record with the news.
    pub after: Ledger,
    /// Whether what is rendered goes with it.
    pub is_rendered: bool,
    /// What is wrong with the branch's configuration, or worth a warning.
    pub problems: Problems,
}

/// Writes the news into the branch at `branch`, whose root is a folder of our own. Configuration that is wrong keeps pages from
/// being rendered, and nothing from being recorded. Nothing when the ledger itself is wrong, or the receipts are, which is printed.
///
/// # Errors
/// When a file cannot be read or written.
pub fn write_content(branch: &Context, news: &News) -> anyhow::Result<Option<Content>> {
    let folder = branch.path(LEDGER_DIR);
    let writer = Writer::open(&folder)?;
    let Some(before) = read(branch)? else { return Ok(None) };
    let mut ledger = before.clone();
    for other in &news.others {
        if writer.unite(&ledger, other)? > 0 {
            let Some(united) = read(branch)? else { return Ok(None) };
            ledger = united;
        }
    }
    let config = config::read(&branch.root).ok();
    if let Some(catalog) = config.filter(|config| !config.problems.has_errors()).and_then(|config| config.catalog) {
        ledger.forget_build_times(|runtime, package: &NormalizedName| {
            catalog.rows.iter().any(|row| row.runtime == runtime && row.request.normalized() == *package)
        });
    }
    if record_or_report(branch, &writer, &ledger, &news.receipts)?.is_none() {
        return Ok(None);
    }
    if let Some(at) = news.whole_run {
        writer.note_run(at)?;
    }
    drop(writer);
    files::remove(&folder.join(".lock"))?;
    let Some(after) = read(branch)? else { return Ok(None) };
    let (is_rendered, problems) = render(branch)?;
    Ok(Some(Content { before, after, is_rendered, problems }))
}

fn read(branch: &Context) -> anyhow::Result<Option<Ledger>> {
    let loaded = ledger::read(&branch.path(LEDGER_DIR), LEDGER_DIR)?;
    if loaded.problems.has_errors() {
        branch.print(&loaded.problems);
        return Ok(None);
    }
    Ok(Some(loaded.ledger))
}

fn render(branch: &Context) -> anyhow::Result<(bool, Problems)> {
    let loaded = match load_from(&branch.root, LEDGER_DIR.as_ref()) {
        Ok(loaded) => loaded,
        Err(error) => {
            branch.say(format!("error: {error:#}"));
            return Ok((false, Problems::new()));
        }
    };
    let Some(catalog) = loaded.catalog.filter(|_| !loaded.problems.has_errors()) else { return Ok((false, loaded.problems)) };
    tokio::task::block_in_place(|| write_deployments(branch, &catalog, &loaded.ledger))?;
    Ok((true, loaded.problems))
}

fn write_deployments(branch: &Context, catalog: &Catalog, ledger: &Ledger) -> anyhow::Result<()> {
    let view = View::new(catalog, ledger, branch.today());
    let stage = branch.progress.stage("render", view.expected_files(), Unit::Count("files"));
    let writer = FolderWriter::open(&branch.path(DEPLOYMENTS), &stage)?;
    deployments(&view, &writer)?;
    writer.finish()?;
    Ok(())
}
