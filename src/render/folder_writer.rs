//! Makes a folder hold what is rendered and nothing else.
//!
//! A folder that does not exist yet is made beside its place and renamed when it is whole. In one that does, each file is
//! replaced at once, and only when it differs; links go before anything is written, so that nothing is ever written through one.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::present::Present;
use super::{Sink, Totals};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability, TemporaryDir, Written};
use crate::outside::listing::{self, Kind};
use crate::outside::progress::Stage;

/// How many files writing changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// How many files were not there, or had other bytes.
    pub written: usize,
    /// How many files and links were there and should not be.
    pub removed: usize,
    /// How many files were right.
    pub unchanged: usize,
}

/// One folder that is being written.
#[derive(Debug)]
pub struct FolderWriter<'a> {
    folder: PathBuf,
    place: Place,
    stage: &'a Stage,
    written: AtomicUsize,
    unchanged: AtomicUsize,
    totals: Mutex<Totals>,
}

/// Where files go until the end.
#[derive(Debug)]
enum Place {
    /// Beside the folder, which is not there or empty.
    Beside(TemporaryDir),
    /// Into the folder, where this stands. The lock is for who clears the way.
    Into(Present, Mutex<()>),
}

impl<'a> FolderWriter<'a> {
    /// Begins to write `folder`, and tells `stage` of each file.
    ///
    /// # Errors
    /// When `folder` is a link, or cannot be read or made.
    pub fn open(folder: &Path, stage: &'a Stage) -> Result<Self, OutsideError> {
        let present = Present::read(folder)?;
        let place = if present.is_empty() {
            let beside = folder.parent().filter(|beside| !beside.as_os_str().is_empty()).unwrap_or(Path::new("."));
            files::create_dir(beside)?;
            files::remove_leftovers_of_the_gone(beside)?;
            Place::Beside(files::temporary_dir_in(beside)?)
        } else {
            present.others().try_for_each(|path| files::remove(&folder.join(path)))?;
            Place::Into(present, Mutex::default())
        };
        Ok(Self { folder: folder.to_owned(), place, stage, written: AtomicUsize::new(0), unchanged: AtomicUsize::new(0), totals: Mutex::default() })
    }

    /// Removes what was not put, and says what was done and what the folder holds.
    ///
    /// # Errors
    /// When something cannot be removed, or the folder not be moved to its place.
    ///
    /// # Panics
    /// When a thread died while it put something.
    pub fn finish(self) -> Result<(Changes, Totals), OutsideError> {
        let removed = match self.place {
            Place::Beside(made) => {
                files::remove_dir_if_empty(&self.folder);
                files::rename(made.path(), &self.folder)?;
                made.keep();
                0
            }
            Place::Into(present, _) => {
                let unwanted: Vec<_> = present.unwanted().collect();
                unwanted.par_iter().try_for_each(|entry| remove_file(&self.folder.join(&entry.path)))?;
                // What is in a folder comes before it. One that holds something new is not empty and stays.
                present.unwanted_folders().into_iter().for_each(|path| files::remove_dir_if_empty(&self.folder.join(path)));
                unwanted.len()
            }
        };
        let changes = Changes { written: self.written.into_inner(), removed, unchanged: self.unchanged.into_inner() };
        Ok((changes, self.totals.into_inner().expect("nobody panicked")))
    }
}

impl Sink for FolderWriter<'_> {
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), OutsideError> {
        let written = match &self.place {
            Place::Beside(made) => {
                files::write_unseen(&made.path().join(path), bytes)?;
                Written::Changed
            }
            Place::Into(..) => files::write(&self.clear_way(path)?, bytes, Durability::Process)?,
        };
        self.count(written, bytes.len() as u64);
        Ok(())
    }

    fn put_parts(&self, path: &str, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), OutsideError> {
        let (written, size) = files::write_parts(&self.clear_way(path)?, parts, Durability::Process)?;
        self.count(written, size);
        Ok(())
    }
}

impl FolderWriter<'_> {
    /// Where the file at `path` goes, when nothing is in its way any more.
    fn clear_way(&self, path: &str) -> Result<PathBuf, OutsideError> {
        let (present, clearing) = match &self.place {
            Place::Beside(made) => return Ok(made.path().join(path)),
            Place::Into(present, clearing) => (present, clearing),
        };
        let target = self.folder.join(path);
        match present.want(path) {
            Some(Kind::File) => {}
            Some(Kind::Folder) => files::remove_dir(&target)?,
            Some(Kind::Other) | None => {
                let _one_at_a_time = clearing.lock().expect("nobody panicked");
                files_above(path).filter(|above| present.kind(above) == Some(Kind::File)).try_for_each(|above| clear(&self.folder.join(above)))?;
            }
        }
        Ok(target)
    }

    fn count(&self, written: Written, bytes: u64) {
        let count = match written {
            Written::Changed => &self.written,
            Written::Same => &self.unchanged,
        };
        count.fetch_add(1, Ordering::Relaxed);
        self.totals.lock().expect("nobody panicked").add(bytes);
        self.stage.advance(1);
    }
}

/// `a` and `a/b` of `a/b/c`.
fn files_above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// Removes what is no folder by now.
fn remove_file(path: &Path) -> Result<(), OutsideError> {
    match listing::facts(path)?.map(|facts| facts.kind) {
        Some(Kind::File | Kind::Other) => files::remove(path),
        Some(Kind::Folder) | None => Ok(()),
    }
}

/// Removes a file that stood where a folder comes; another thread may have made the folder already.
fn clear(path: &Path) -> Result<(), OutsideError> {
    if path.is_dir() { Ok(()) } else { files::remove(path) }
}
