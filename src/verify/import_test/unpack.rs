//! Unpacks a layer as Lambda does: modes are kept, dates are not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;

use crate::assemble::{UNZIPPED_MAX_BYTES, ZipFile};
use crate::outside::{OutsideError, files};

/// What is looked at to tell whether a file was changed.
pub type Seal = BTreeMap<std::path::PathBuf, (u64, SystemTime)>;

/// Unpacks `zip` into the empty folder `folder`, on all cores.
///
/// # Errors
/// When the zip cannot be unpacked safely, or a file not be written.
pub fn unpack(zip: &Path, folder: &Path) -> Result<(), OutsideError> {
    let refused = |reason: String| OutsideError::Unpack { path: zip.to_owned(), reason };
    let opened = ZipFile::open(zip).map_err(OutsideError::file("read", zip))?;
    let entries = opened.entries(UNZIPPED_MAX_BYTES).map_err(|error| refused(error.to_string()))?;
    let folders: BTreeSet<&str> = entries.iter().flat_map(|entry| entry.path.match_indices('/').map(|(at, _)| &entry.path[..at])).collect();
    // A folder comes before those in it.
    folders.iter().try_for_each(|path| files::create_temporary_dir(&folder.join(path)))?;
    entries.par_iter().try_for_each(|entry| {
        let content = opened.inflate(entry).map_err(|error| refused(error.to_string()))?;
        let mode = if entry.mode & 0o111 == 0 { 0o644 } else { 0o755 };
        files::write_temporary(&folder.join(&entry.path), &content, mode)
    })
}

/// What the files below `folder` look like now.
///
/// # Errors
/// When a folder cannot be read.
pub fn seal(folder: &Path) -> Result<Seal, OutsideError> {
    let files = files::walk(folder)?;
    Ok(files.into_iter().filter_map(|path| files::size_and_time(&folder.join(&path)).map(|facts| (path, facts))).collect())
}

/// The first path that is not what it was.
pub fn first_difference(before: &Seal, after: &Seal) -> Option<String> {
    let changed = after.iter().find(|(path, facts)| before.get(*path) != Some(facts)).map(|(path, _)| path);
    let gone = || before.keys().find(|path| !after.contains_key(*path));
    changed.or_else(gone).map(|path| path.display().to_string())
}
