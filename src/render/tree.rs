//! Files in memory: what a folder will hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The bytes of a file. Aliases share them.
pub type Bytes = Arc<[u8]>;

/// Files by their path, relative and with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    files: BTreeMap<String, Bytes>,
}

impl Tree {
    /// A tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. The same file twice is once.
    ///
    /// # Panics
    /// When `path` is there already with other bytes, or is not a plain relative path: whoever adds
    /// names of strangers checks them first.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Bytes>) {
        let (path, bytes) = (path.into(), bytes.into());
        assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")), "`{path}` is not a plain relative path");
        if let Some(before) = self.files.get(&path) {
            assert!(*before == bytes, "`{path}` is made twice, with different bytes");
            return;
        }
        self.files.insert(path, bytes);
    }

    /// Whether there is a file at `path`.
    pub fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The bytes at `path`.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// Every file, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The size of all files together, aliases counted each time, as a disk would.
    pub fn total_bytes(&self) -> u64 {
        self.files.values().map(|bytes| bytes.len() as u64).sum()
    }

    /// The files of each folder by name, for every folder that holds any; the topmost is the empty text.
    pub(super) fn by_folder(&self) -> BTreeMap<&str, Vec<(&str, &[u8])>> {
        let mut folders: BTreeMap<&str, Vec<(&str, &[u8])>> = BTreeMap::new();
        for (path, bytes) in self.iter() {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            folders.entry(folder).or_default().push((name, bytes));
        }
        folders
    }

    /// Every folder that is needed, sorted, without the topmost.
    pub(super) fn folders(&self) -> BTreeSet<&str> {
        let mut folders = BTreeSet::new();
        for folder in self.by_folder().into_keys() {
            let mut folder = folder;
            while !folder.is_empty() && folders.insert(folder) {
                folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            }
        }
        folders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_knows_its_files_and_folders() {
        let mut tree = Tree::new();
        let shared: Bytes = Arc::from(&b"12"[..]);
        tree.insert("b/c/one", Arc::clone(&shared));
        tree.insert("a", Arc::clone(&shared));
        tree.insert("a", shared);
        assert_eq!((tree.len(), tree.total_bytes()), (2, 4));
        assert_eq!(tree.folders().into_iter().collect::<Vec<_>>(), ["b", "b/c"]);
        assert_eq!(tree.by_folder().into_keys().collect::<Vec<_>>(), ["", "b/c"]);
    }

    #[test]
    #[should_panic(expected = "made twice")]
    fn one_path_has_one_content() {
        let mut tree = Tree::new();
        tree.insert("a", *b"1");
        tree.insert("a", *b"2");
    }

    #[test]
    #[should_panic(expected = "not a plain relative path")]
    fn a_path_stays_inside() {
        Tree::new().insert("a/../../b", *b"1");
    }
}
