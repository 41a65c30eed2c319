//! Renders deployments and site from what is recorded.

use std::path::{Path, PathBuf};

use super::{Inputs, Outputs, Renderer};
use crate::commands::context::Context;
use crate::commands::places::{PAPERS, STAMPS};
use crate::config::Catalog;
use crate::domain::Sha256;
use crate::ledger::Ledger;
use crate::outside::lock::Lock;
use crate::outside::progress::Unit;
use crate::outside::{OutsideError, files};
use crate::render::{Changes, FolderWriter, RenderError, Sink, Stamp};

/// Another one after each start of the machine.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";
const BOOT_MAX_BYTES: u64 = 100;

/// What is rendered, and the notes on what was rendered before.
#[derive(Debug)]
pub struct Due {
    read: Inputs,
    stamps: [Stamp; 2],
}

/// What a rendering to `outputs` needs; nothing when all of it was the same the last time. `ledger` is the fingerprint of what is recorded.
///
/// # Errors
/// When templates, pages or the names of papers cannot be read.
pub fn due(context: &Context, catalog: &Catalog, ledger: Sha256, outputs: &Outputs) -> anyhow::Result<Option<Due>> {
    let read = Inputs::new(context, outputs)?;
    let inputs = read.inputs(context, catalog, ledger, &program());
    let stamps = [stamp(context, &outputs.deployments, inputs), stamp(context, &outputs.site, inputs)];
    let is_current = stamps.iter().all(Stamp::is_current);
    Ok((!is_current).then_some(Due { read, stamps }))
}

/// Writes what differs. `ledger` is what had the fingerprint, or newer.
///
/// # Errors
/// When a template is broken, a file cannot be written, or another process is writing there.
pub fn render_all(context: &Context, catalog: &Catalog, ledger: &Ledger, outputs: &Outputs, due: &Due) -> anyhow::Result<Changes> {
    let Due { read, stamps } = due;
    let rendered = Renderer::new(context, catalog, ledger, read);
    let folders: [(&PathBuf, Rendering<'_>); 2] = [(&outputs.deployments, &|sink| rendered.deployments(sink)), (&outputs.site, &|sink| rendered.site(sink))];
    let mut all = Changes::default();
    for ((folder, rendering), stamp) in folders.into_iter().zip(stamps) {
        let stage = context.progress.stage("render", rendered.expected_files(), Unit::Count("files"));
        let _only_one = lock(context, folder)?;
        let writer = FolderWriter::open(&context.path(folder), &stage)?;
        rendering(&writer)?;
        let (changes, totals) = writer.finish()?;
        stamp.save(totals)?;
        all = Changes { written: all.written + changes.written, removed: all.removed + changes.removed, unchanged: all.unchanged + changes.unchanged };
    }
    Ok(all)
}

/// What puts the files of one folder.
type Rendering<'a> = &'a dyn Fn(&dyn Sink) -> Result<(), RenderError>;

/// Removes what a killed process left half-written among the notes and the papers. Only for the one who holds the ledger's lock.
///
/// # Errors
/// When one cannot be removed.
pub fn remove_half_written(context: &Context) -> Result<(), OutsideError> {
    [STAMPS, PAPERS].into_iter().try_for_each(|folder| files::remove_leftovers(&context.path(folder)))
}

/// The note about a folder lies in `.klayers/`, outside of what it is about.
fn stamp(context: &Context, folder: &Path, inputs: Sha256) -> Stamp {
    Stamp::new(&context.path(STAMPS).join(name(folder)), &context.path(folder), inputs)
}

/// Two that write to one folder at once could leave there what neither of them meant.
fn lock(context: &Context, folder: &Path) -> Result<Lock, OutsideError> {
    let lock = Lock::acquire(&context.path(STAMPS).join(format!("{}.lock", name(folder))));
    lock.map_err(|error| match error {
        OutsideError::Locked { holder, .. } => OutsideError::Locked { path: folder.to_owned(), holder },
        other => other,
    })
}

fn name(folder: &Path) -> String {
    Sha256::of(folder.to_string_lossy().as_bytes()).to_string()[..16].to_owned()
}

/// Which program renders: two builds of one version may render differently. And since when the machine runs: after a loss of power
/// files may have their sizes and times and other contents, so that they are looked at once.
fn program() -> String {
    let built = std::env::current_exe().ok().and_then(|path| files::size_and_time(&path));
    let boot = files::read(BOOT.as_ref(), BOOT_MAX_BYTES).unwrap_or_default();
    format!("{} {built:?} {}", env!("CARGO_PKG_VERSION"), String::from_utf8_lossy(&boot).trim_end())
}
