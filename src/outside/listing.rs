//! What is in a folder, without reading a file and without following a link.

use std::fs::{self, FileType, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::OutsideError;

/// What stands under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, which is never followed, or a device.
    Other,
}

/// One name below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the folder.
    pub path: PathBuf,
    /// Whether it is a file, a folder or something else.
    pub kind: Kind,
}

/// What the system knows of a name without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Whether it is a file, a folder or something else.
    pub kind: Kind,
    /// Its size in bytes, as the system says.
    pub size_bytes: u64,
    /// When it was last changed: seconds and nanoseconds. Compared, never shown.
    pub modified: (i64, i64),
}

/// Everything below `folder`, each folder before what is in it; nothing for a folder that does not exist.
///
/// # Errors
/// When a folder cannot be read, or when `folder` itself is a link or a file.
pub fn below(folder: &Path) -> Result<Vec<Entry>, OutsideError> {
    match facts(folder)? {
        None => Ok(Vec::new()),
        Some(Facts { kind: Kind::Folder, .. }) => below_prefix(folder, Path::new("")),
        Some(Facts { kind: Kind::File | Kind::Other, .. }) => {
            Err(OutsideError::file("read the folder", folder)(std::io::Error::other("it is a link or a file, not a folder")))
        }
    }
}

/// The facts of `path` itself, not of what a link points to; nothing when it does not exist.
///
/// # Errors
/// When the system does not say.
pub fn facts(path: &Path) -> Result<Option<Facts>, OutsideError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(facts_of(&metadata))),
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(OutsideError::file("look at", path)(error)),
    }
}

/// Everything below `folder` as [`below`] has it, with its facts. The folder itself comes first, with an empty path.
///
/// # Errors
/// As [`below`], and when something vanishes meanwhile.
pub fn below_with_facts(folder: &Path) -> Result<Vec<(PathBuf, Facts)>, OutsideError> {
    let mut paths = vec![PathBuf::new()];
    paths.extend(below(folder)?.into_iter().map(|entry| entry.path));
    let with_facts = paths.into_par_iter().map(|path| {
        let whole = folder.join(&path);
        let gone = || OutsideError::file("look at", &whole)(std::io::ErrorKind::NotFound.into());
        facts(&whole)?.map(|facts| (path, facts)).ok_or_else(gone)
    });
    with_facts.collect()
}

/// The facts of an open file.
///
/// # Errors
/// When the system does not say.
pub fn facts_of_open(file: &tempfile::NamedTempFile) -> Result<Facts, OutsideError> {
    let metadata = file.as_file().metadata().map_err(OutsideError::file("look at", file.path()))?;
    Ok(facts_of(&metadata))
}

fn below_prefix(root: &Path, prefix: &Path) -> Result<Vec<Entry>, OutsideError> {
    let folder = root.join(prefix);
    let error = || OutsideError::file("read the folder", &folder);
    let mut entries = Vec::new();
    for entry in fs::read_dir(&folder).map_err(error())? {
        let entry = entry.map_err(error())?;
        let kind = kind(entry.file_type().map_err(error())?);
        entries.push(Entry { path: prefix.join(entry.file_name()), kind });
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let nested: Vec<Vec<Entry>> = entries
        .into_par_iter()
        .map(|entry| {
            let mut found = match entry.kind {
                Kind::Folder => below_prefix(root, &entry.path)?,
                Kind::File | Kind::Other => Vec::new(),
            };
            found.insert(0, entry);
            Ok(found)
        })
        .collect::<Result<_, OutsideError>>()?;
    Ok(nested.into_iter().flatten().collect())
}

fn facts_of(metadata: &Metadata) -> Facts {
    Facts { kind: kind(metadata.file_type()), size_bytes: metadata.len(), modified: (metadata.mtime(), metadata.mtime_nsec()) }
}

fn kind(file_type: FileType) -> Kind {
    if file_type.is_file() {
        Kind::File
    } else if file_type.is_dir() {
        Kind::Folder
    } else {
        Kind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::{Durability, write};

    #[test]
    fn links_are_seen_and_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("root");
        write(&root.join("b/c.txt"), b"1", Durability::Process).expect("written");
        write(&folder.path().join("elsewhere/secret"), b"2", Durability::Process).expect("written");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), root.join("a")).expect("linked");
        let seen: Vec<_> = below(&root).expect("listed").into_iter().map(|entry| (entry.path.display().to_string(), entry.kind)).collect();
        assert_eq!(seen, [("a".to_owned(), Kind::Other), ("b".to_owned(), Kind::Folder), ("b/c.txt".to_owned(), Kind::File)]);
        assert_eq!(below(&root.join("none")).expect("listed"), []);
        assert!(below(&root.join("a")).is_err());
        assert_eq!(facts(&root.join("a")).expect("known").map(|facts| facts.kind), Some(Kind::Other));
        assert_eq!(facts(&root.join("b/c.txt/d")).expect("known"), None);
    }
}
