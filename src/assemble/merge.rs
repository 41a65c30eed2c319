//! The files of several wheels as one tree.

use std::collections::BTreeMap;

use super::zip_file::{Entry, ZipError, ZipFile};
use super::zip_names::{Kind, refuse_clashes};
use crate::domain::{NormalizedName, Sha256};

/// A file of the layer.
#[derive(Debug, Clone)]
pub struct LayerFile<'a> {
    /// What is in it.
    pub content: Content<'a>,
    /// Its hash, if the wheel's `RECORD` gives it or we made the file.
    pub sha256: Option<Sha256>,
    /// Whether it is a program.
    pub executable: bool,
}

/// Where the bytes of a file come from.
#[derive(Debug, Clone)]
pub enum Content<'a> {
    /// From a wheel, still compressed.
    Copied {
        /// Which.
        wheel: &'a ZipFile,
        /// What of it.
        entry: &'a Entry,
    },
    /// From us.
    Made(Vec<u8>),
}

impl LayerFile<'_> {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::Copied { entry, .. } => entry.size,
            Content::Made(bytes) => bytes.len() as u64,
        }
    }

    /// Its hash; computed from its content when nobody gave it.
    ///
    /// # Errors
    /// When the content is damaged.
    pub fn hash(&self) -> Result<Sha256, ZipError> {
        match (&self.sha256, &self.content) {
            (Some(hash), _) => Ok(*hash),
            (None, Content::Copied { wheel, entry }) => Ok(Sha256::of(&wheel.inflate(entry)?)),
            (None, Content::Made(bytes)) => Ok(Sha256::of(bytes)),
        }
    }
}

/// The files of one distribution, by their path in the layer.
#[derive(Debug)]
pub struct Distribution<'a> {
    /// Its name.
    pub name: NormalizedName,
    /// Its files.
    pub files: BTreeMap<String, LayerFile<'a>>,
}

/// The tree, and what had to be left out of it.
#[derive(Debug)]
pub struct Merged<'a> {
    /// By path.
    pub files: BTreeMap<String, LayerFile<'a>>,
    /// Whose file each is: which of the distributions.
    pub owners: BTreeMap<String, usize>,
    /// For people: which files of which distribution gave way.
    pub warnings: Vec<String>,
}

/// Puts the distributions on top of each other, the first on top: the requested package, then the
/// lock's order. A file that another has with the same content is fine. One that differs gives way
/// and is taken out of its distribution's list.
///
/// # Errors
/// When two files must be compared and one is damaged, or one path is a file here and a folder there.
pub fn merge<'a>(distributions: &mut [Distribution<'a>]) -> Result<Merged<'a>, ZipError> {
    let mut files: BTreeMap<String, LayerFile<'a>> = BTreeMap::new();
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    let mut warnings = Vec::new();
    for at in 0..distributions.len() {
        let mut given_way = Vec::new();
        for (path, file) in &distributions[at].files {
            match files.get(path) {
                None => {
                    files.insert(path.clone(), file.clone());
                    owners.insert(path.clone(), at);
                }
                Some(there) if there.size() == file.size() && there.hash()? == file.hash()? => {}
                Some(_) => {
                    let winner = &distributions[owners[path]].name;
                    warnings.push(format!("`{path}` is in `{winner}` and, with other content, in `{}`: the first is kept", distributions[at].name));
                    given_way.push(path.clone());
                }
            }
        }
        for path in given_way {
            distributions[at].files.remove(&path);
        }
    }
    refuse_clashes(files.keys().map(|path| (path.as_str(), Kind::File)))?;
    Ok(Merged { files, owners, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distribution(name: &str, files: &[(&str, &str)]) -> Distribution<'static> {
        let made = |text: &str| LayerFile { content: Content::Made(text.as_bytes().to_vec()), sha256: None, executable: false };
        Distribution { name: name.parse().expect("valid"), files: files.iter().map(|(path, text)| ((*path).to_owned(), made(text))).collect() }
    }

    #[test]
    fn the_first_wins_and_the_other_is_told_of() {
        let mut all = [distribution("b", &[("python/x", "1"), ("python/same", "s")]), distribution("a", &[("python/x", "2"), ("python/same", "s")])];
        let merged = merge(&mut all).expect("merged");
        assert_eq!(merged.warnings, ["`python/x` is in `b` and, with other content, in `a`: the first is kept"]);
        assert_eq!(merged.files["python/x"].hash(), Ok(Sha256::of(b"1")));
        assert_eq!(all[1].files.keys().collect::<Vec<_>>(), ["python/same"]);
    }

    #[test]
    fn a_file_cannot_be_a_folder_too() {
        let mut all = [distribution("b", &[("python/x", "1")]), distribution("a", &[("python/x/y", "2")])];
        assert!(matches!(merge(&mut all), Err(ZipError::Twice(path)) if path == "python/x/y"));
    }
}
