//! What stands in an output folder before it is written, and which of it is still wanted.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::outside::OutsideError;
use crate::outside::listing::{self, Entry, Kind};

/// The names in a folder, each with a mark.
#[derive(Debug)]
pub(super) struct Present {
    /// In the order of their paths, each folder before what is in it.
    entries: Vec<Entry>,
    wanted: Vec<AtomicBool>,
}

impl Present {
    /// What is in `folder`; nothing when it does not exist.
    ///
    /// # Errors
    /// When a folder cannot be read, or `folder` is a link or a file.
    pub fn read(folder: &Path) -> Result<Self, OutsideError> {
        let entries = listing::below(folder)?;
        let wanted = entries.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Self { entries, wanted })
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What stands at `path`.
    pub fn kind(&self, path: &str) -> Option<Kind> {
        self.find(path).map(|at| self.entries[at].kind)
    }

    /// Notes that there is to be a file at `path`. Returns what stands there.
    pub fn want(&self, path: &str) -> Option<Kind> {
        let at = self.find(path)?;
        self.wanted[at].store(true, Ordering::Relaxed);
        Some(self.entries[at].kind)
    }

    /// Links and devices.
    pub fn others(&self) -> impl Iterator<Item = &Path> {
        self.entries.iter().filter(|entry| entry.kind == Kind::Other).map(|entry| entry.path.as_path())
    }

    /// Whatever is no folder and that nobody wanted.
    pub fn unwanted(&self) -> impl Iterator<Item = &Entry> {
        let marked = self.entries.iter().zip(&self.wanted);
        marked.filter(|(entry, wanted)| entry.kind != Kind::Folder && !wanted.load(Ordering::Relaxed)).map(|(entry, _)| entry)
    }

    /// The folders in which nothing of what stood there is wanted, each after what is in it. Something new may be.
    pub fn unwanted_folders(&self) -> Vec<&Path> {
        // Backwards, what is in a folder comes just before the folder.
        let mut last_wanted: Option<&Path> = None;
        let mut unwanted = Vec::new();
        for (entry, wanted) in self.entries.iter().zip(&self.wanted).rev() {
            match entry.kind {
                Kind::Folder if !last_wanted.is_some_and(|path| path.starts_with(&entry.path)) => unwanted.push(entry.path.as_path()),
                Kind::File | Kind::Other if wanted.load(Ordering::Relaxed) => last_wanted = Some(&entry.path),
                Kind::Folder | Kind::File | Kind::Other => {}
            }
        }
        unwanted
    }

    fn find(&self, path: &str) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.path.as_path().cmp(Path::new(path))).ok()
    }
}
