//! Files in memory: a rendered folder that is small.

use std::collections::BTreeMap;

use super::Sink;
use crate::outside::OutsideError;

/// Files by their path, relative and with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// A tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    ///
    /// # Panics
    /// When `path` is there already, or is not a plain relative path: whoever adds names of strangers checks them first.
    pub fn insert(&mut self, path: &str, bytes: &[u8]) {
        assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")), "`{path}` is not a plain relative path");
        assert!(self.files.insert(path.to_owned(), bytes.to_owned()).is_none(), "`{path}` is made twice");
    }

    /// Whether there is a file at `path`.
    pub fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The bytes at `path`.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Every file, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Puts every file into `sink`.
    ///
    /// # Errors
    /// As the sink.
    pub fn pour(&self, sink: &dyn Sink) -> Result<(), OutsideError> {
        self.iter().try_for_each(|(path, bytes)| sink.put(path, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_knows_its_files() {
        let mut tree = Tree::new();
        tree.insert("b/c/one", b"12");
        tree.insert("a", b"12");
        assert_eq!((tree.len(), tree.get("a"), tree.contains("b")), (2, Some(&b"12"[..]), false));
        assert_eq!(tree.iter().map(|(path, _)| path).collect::<Vec<_>>(), ["a", "b/c/one"]);
    }

    #[test]
    #[should_panic(expected = "made twice")]
    fn one_path_is_made_once() {
        let mut tree = Tree::new();
        tree.insert("a", b"1");
        tree.insert("a", b"1");
    }

    #[test]
    #[should_panic(expected = "not a plain relative path")]
    fn a_path_stays_inside() {
        Tree::new().insert("a/../../b", b"1");
    }
}
