//! Renders deployments and site from what is recorded.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::Sha256;
use crate::ledger::Ledger;
use crate::outside::progress::Unit;
use crate::outside::{OutsideError, files};
use crate::render::{Changes, FolderWriter, RenderError, Sink, SiteSources, Stamp, View, deployments, inputs_hash, site};

/// The notes about the folders that rendering owns.
const STAMPS: &str = ".klayers/stamps";

/// The folders that rendering owns.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// For people on GitHub.
    pub deployments: PathBuf,
    /// For Pages.
    pub site: PathBuf,
}

/// What writes the files of one folder into a sink.
type Rendering<'a> = &'a dyn Fn(&dyn Sink) -> Result<(), RenderError>;

/// Writes what differs, unless nothing changed since the last time. Returns nothing then.
///
/// # Errors
/// When a template is broken or a file cannot be written.
pub fn render_all(context: &Context, catalog: &Catalog, ledger: &Ledger, outputs: &Outputs) -> anyhow::Result<Option<Changes>> {
    let sources = SiteSources::read(&context.root).context("reading `templates/` and `site/`")?;
    let inputs = inputs_hash(catalog, ledger, &sources, context.today(), &program());
    let stamps = [stamp(context, &outputs.deployments, inputs), stamp(context, &outputs.site, inputs)];
    if stamps.iter().all(Stamp::is_current) {
        return Ok(None);
    }
    let view = View::new(catalog, ledger, context.today());
    let renderings: [(Rendering<'_>, &PathBuf); 2] =
        [(&|sink| deployments(&view, sink), &outputs.deployments), (&|sink| site(&view, &sources, sink), &outputs.site)];
    let mut all = Changes::default();
    for ((rendering, folder), stamp) in renderings.into_iter().zip(&stamps) {
        let stage = context.progress.stage("render", view.expected_files(), Unit::Count("files"));
        let writer = FolderWriter::open(&context.path(folder), &stage)?;
        rendering(&writer)?;
        let (changes, totals) = writer.finish()?;
        stamp.save(totals)?;
        all = Changes { written: all.written + changes.written, removed: all.removed + changes.removed, unchanged: all.unchanged + changes.unchanged };
    }
    Ok(Some(all))
}

/// Removes what a killed process left half-written among the notes. Only for the one who holds the ledger's lock.
///
/// # Errors
/// When one cannot be removed.
pub fn remove_half_stamps(context: &Context) -> Result<(), OutsideError> {
    files::remove_leftovers(&context.path(STAMPS))
}

/// The note about a folder lies in `.klayers/`, outside of what it is about.
fn stamp(context: &Context, folder: &Path, inputs: Sha256) -> Stamp {
    let name = Sha256::of(folder.to_string_lossy().as_bytes()).to_string();
    Stamp::new(&context.path(STAMPS).join(&name[..16]), &context.path(folder), inputs)
}

/// Which program renders: two builds of one version may render differently.
fn program() -> String {
    let built = std::env::current_exe().ok().and_then(|path| files::size_and_time(&path));
    format!("{} {built:?}", env!("CARGO_PKG_VERSION"))
}
