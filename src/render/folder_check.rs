//! How a folder differs from what is rendered. Writes nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::Sink;
use super::present::Present;
use crate::outside::OutsideError;
use crate::outside::files;
use crate::outside::listing::{self, Kind};

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stale {
    /// Relative to the folder.
    pub path: String,
    /// How it differs from what it should be.
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

/// One folder that is being looked at.
#[derive(Debug)]
pub struct FolderCheck {
    folder: PathBuf,
    present: Present,
    found: Mutex<BTreeMap<String, StaleKind>>,
}

impl FolderCheck {
    /// Begins to look at `folder`.
    ///
    /// # Errors
    /// When it is a link or cannot be read.
    pub fn open(folder: &Path) -> Result<Self, OutsideError> {
        Ok(Self { folder: folder.to_owned(), present: Present::read(folder)?, found: Mutex::default() })
    }

    /// What differs from what was put, sorted by path.
    ///
    /// # Panics
    /// When a thread died while it put something.
    pub fn finish(self) -> Vec<Stale> {
        let mut found = self.found.into_inner().expect("nobody panicked");
        found.extend(self.present.unwanted().map(|entry| (entry.path.to_string_lossy().into_owned(), StaleKind::Extra)));
        found.into_iter().map(|(path, kind)| Stale { path, kind }).collect()
    }
}

impl Sink for FolderCheck {
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), OutsideError> {
        let kind = match self.present.want(path) {
            None => StaleKind::Missing,
            Some(Kind::File) if has_bytes(&self.folder.join(path), bytes)? => return Ok(()),
            Some(Kind::File | Kind::Folder | Kind::Other) => StaleKind::Different,
        };
        self.find(path, kind);
        Ok(())
    }

    fn put_parts(&self, path: &str, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), OutsideError> {
        let kind = match self.present.want(path) {
            None => StaleKind::Missing,
            Some(Kind::File) if files::has_parts(&self.folder.join(path), parts)? => return Ok(()),
            Some(Kind::File | Kind::Folder | Kind::Other) => StaleKind::Different,
        };
        self.find(path, kind);
        Ok(())
    }
}

impl FolderCheck {
    fn find(&self, path: &str, kind: StaleKind) {
        self.found.lock().expect("nobody panicked").insert(path.to_owned(), kind);
    }
}

fn has_bytes(path: &Path, bytes: &[u8]) -> Result<bool, OutsideError> {
    let size = bytes.len() as u64;
    let same_size = listing::facts(path)?.is_some_and(|facts| facts.size_bytes == size);
    Ok(same_size && files::read(path, size)? == bytes)
}
