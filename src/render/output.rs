//! A tree and a folder: what differs, and making it the same.
//!
//! Whatever is in the way goes first, links among it, so that nothing is ever written through a link
//! to somewhere else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Tree;
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability, Written};
use crate::outside::listing::{self, Entry, Kind};
use crate::outside::progress::{Progress, Unit};

/// What writing did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there, or had other bytes.
    pub written: usize,
    /// Files and links that the tree does not have.
    pub removed: usize,
    /// Files that were right.
    pub unchanged: usize,
}

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stale {
    /// Relative to the folder.
    pub path: String,
    /// In what way.
    pub kind: StaleKind,
}

/// In what way a file is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StaleKind {
    /// It should be there and is not.
    Missing,
    /// It has other bytes, or is no file.
    Different,
    /// It should not be there.
    Extra,
}

/// Makes `folder` hold the tree and nothing else. The paths of `keep`, relative to `folder`, stay
/// as they are with all that is in them.
///
/// # Errors
/// When `folder` is a link, or something in it cannot be read, removed or written. What was written before
/// stands; the next call does the rest.
pub fn write(tree: &Tree, folder: &Path, keep: &[&str], progress: Progress) -> Result<Changes, OutsideError> {
    let present = listing::below(folder)?;
    let removed = remove_strangers(tree, folder, keep, &present)?;
    let folders: Vec<_> = tree.by_folder().into_iter().collect();
    let stage = progress.stage("render", tree.len() as u64, Unit::Count("files"));
    let is_new = present.is_empty();
    let counts = folders.par_iter().map(|(name, wanted)| {
        let below = folder.join(name);
        if is_new {
            files::create_dir(&below)?;
        }
        let mut changes = Changes::default();
        for (name, bytes) in wanted {
            match files::write(&below.join(name), bytes, Durability::Process)? {
                Written::Changed => changes.written += 1,
                Written::Same => changes.unchanged += 1,
            }
        }
        stage.advance(wanted.len() as u64);
        Ok(changes)
    });
    let counts: Vec<Changes> = counts.collect::<Result<_, OutsideError>>()?;
    Ok(Changes { written: counts.iter().map(|changes| changes.written).sum(), removed, unchanged: counts.iter().map(|changes| changes.unchanged).sum() })
}

/// How `folder` differs from the tree, sorted by path. The paths of `keep` are passed over.
///
/// # Errors
/// When `folder` is a link, or something in it cannot be read.
pub fn stale(tree: &Tree, folder: &Path, keep: &[&str]) -> Result<Vec<Stale>, OutsideError> {
    let present = listing::below(folder)?;
    let files: BTreeSet<&str> = present.iter().filter(|entry| entry.kind == Kind::File).filter_map(|entry| entry.path.to_str()).collect();
    let wanted: Vec<_> = tree.iter().collect();
    let found = wanted.par_iter().map(|(path, bytes)| {
        let kind = if !files.contains(path) {
            Some(StaleKind::Missing)
        } else if has_bytes(&folder.join(path), bytes)? {
            None
        } else {
            Some(StaleKind::Different)
        };
        Ok(kind.map(|kind| (*path, kind)))
    });
    let found: Vec<Option<(&str, StaleKind)>> = found.collect::<Result<_, OutsideError>>()?;
    let mut found: BTreeMap<String, StaleKind> = found.into_iter().flatten().map(|(path, kind)| (path.to_owned(), kind)).collect();
    for entry in strangers(tree, keep, &present).filter(|entry| entry.kind != Kind::Folder) {
        // A link in a file's place is one finding, not two.
        let path = entry.path.to_string_lossy().into_owned();
        found.entry(path).and_modify(|kind| *kind = StaleKind::Different).or_insert(StaleKind::Extra);
    }
    Ok(found.into_iter().map(|(path, kind)| Stale { path, kind }).collect())
}

fn remove_strangers(tree: &Tree, folder: &Path, keep: &[&str], present: &[Entry]) -> Result<usize, OutsideError> {
    let strangers: Vec<&Entry> = strangers(tree, keep, present).collect();
    let (folders, files): (Vec<&Entry>, Vec<&Entry>) = strangers.into_iter().partition(|entry| entry.kind == Kind::Folder);
    files.par_iter().try_for_each(|entry| files::remove(&folder.join(&entry.path)))?;
    // What is in a folder comes after it. One that holds something to keep is not empty and stays.
    folders.iter().rev().for_each(|entry| files::remove_dir_if_empty(&folder.join(&entry.path)));
    Ok(files.len())
}

/// What stands in the folder and is neither of the tree nor to be kept.
fn strangers<'a>(tree: &Tree, keep: &[&str], present: &'a [Entry]) -> impl Iterator<Item = &'a Entry> {
    let folders: BTreeSet<PathBuf> = tree.folders().into_iter().map(PathBuf::from).collect();
    let is_kept = |path: &Path| keep.iter().any(|kept| path.starts_with(kept));
    let is_wanted = |entry: &Entry| match entry.kind {
        Kind::Folder => folders.contains(&entry.path),
        Kind::File => entry.path.to_str().is_some_and(|path| tree.contains(path)),
        Kind::Other => false,
    };
    let strangers: Vec<&Entry> = present.iter().filter(|entry| !is_kept(&entry.path) && !is_wanted(entry)).collect();
    strangers.into_iter()
}

fn has_bytes(path: &Path, bytes: &[u8]) -> Result<bool, OutsideError> {
    let size = bytes.len() as u64;
    let same_size = listing::facts(path)?.is_some_and(|facts| facts.size_bytes == size);
    Ok(same_size && files::read(path, size)? == bytes)
}
