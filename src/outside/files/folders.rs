//! Folders, and what is in them: made, listed in order, moved, removed. Links are not followed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::outside::OutsideError;

/// Makes a folder and those above it.
///
/// # Errors
/// When it cannot.
pub fn create_dir(path: &Path) -> Result<(), OutsideError> {
    fs::create_dir_all(path).map_err(OutsideError::file("create the folder", path))
}

/// Removes a file; one that is gone already is no error.
///
/// # Errors
/// When it exists and cannot be removed.
pub fn remove(path: &Path) -> Result<(), OutsideError> {
    ignore_missing(fs::remove_file(path)).map_err(OutsideError::file("remove", path))
}

/// Removes a folder with all that is in it; one that is gone already is no error. Links are not followed.
///
/// # Errors
/// When it exists and cannot be removed.
pub fn remove_dir(path: &Path) -> Result<(), OutsideError> {
    ignore_missing(fs::remove_dir_all(path)).map_err(OutsideError::file("remove", path))
}

/// Moves a file or folder. A file that has the name already is replaced.
///
/// # Errors
/// When it cannot be moved.
pub fn rename(from: &Path, to: &Path) -> Result<(), OutsideError> {
    fs::rename(from, to).map_err(OutsideError::file("move", from))
}

/// Removes a folder if nothing is in it.
pub fn remove_dir_if_empty(path: &Path) {
    let _ = fs::remove_dir(path);
}

/// The names in a folder, sorted; none for a folder that does not exist.
///
/// # Errors
/// When it exists and cannot be read.
pub fn names(folder: &Path) -> Result<Vec<String>, OutsideError> {
    let error = OutsideError::file("read the folder", folder);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(error(source)),
    };
    let mut names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect::<Result<Vec<_>, _>>().map_err(error)?;
    names.sort();
    Ok(names)
}

/// Every file below `folder`, by its path relative to it, sorted. Links count as files and are not followed.
///
/// # Errors
/// When a folder cannot be read.
///
/// # Panics
/// Never: what is found below `folder` begins with it.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>, OutsideError> {
    let mut files = Vec::new();
    if !folder.exists() {
        return Ok(files);
    }
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| OutsideError::file("read the folder", folder)(error.into()))?;
        if !entry.file_type().is_dir() {
            files.push(entry.path().strip_prefix(folder).expect("walked from there").to_owned());
        }
    }
    Ok(files)
}

/// Gives us the right to remove what is below `folder`, as far as it is ours. Links are not followed.
pub fn make_removable(folder: &Path) {
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_dir()) {
        set_mode(entry.path(), 0o755);
    }
}

/// Takes away the right to write from all below `folder`. Links are not followed.
pub fn make_unwritable(folder: &Path) {
    for entry in walkdir::WalkDir::new(folder).contents_first(true).into_iter().flatten().filter(|entry| !entry.file_type().is_symlink()) {
        let mode = entry.metadata().map_or(0o555, |metadata| metadata.permissions().mode());
        set_mode(entry.path(), mode & 0o555);
    }
}

/// Lets every user put files into a folder and remove those alone that are his, as in `/tmp`.
pub fn let_all_write(folder: &Path) {
    set_mode(folder, 0o1777);
}

pub(super) fn set_mode(path: &Path, mode: u32) {
    // What is not ours keeps its mode, and its removal will say so.
    let _ = fs::set_permissions(path, Permissions::from_mode(mode));
}

fn ignore_missing(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
