//! A folder, and the path that it is served below.

use std::path::PathBuf;

use crate::outside::files;

const FILE_MAX_BYTES: u64 = 1 << 30;

/// Whose answers to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// Those of GitHub Pages.
    Pages,
    /// Those of a website of S3.
    S3,
}

/// A folder that is served below a path.
#[derive(Debug, Clone)]
pub struct LocalSite {
    folder: PathBuf,
    base: String,
}

impl LocalSite {
    /// The site in `folder`, below the path `base`: `/` or `/name/`.
    pub fn new(folder: PathBuf, base: String) -> Self {
        Self { folder, base }
    }

    /// What of a request's path is below the base, decoded; nothing when it is not.
    pub(super) fn below(&self, requested: &str) -> Option<String> {
        let decoded = percent_encoding::percent_decode_str(requested).decode_utf8().ok()?;
        match decoded.strip_prefix(&self.base) {
            Some(below) => Some(below.to_owned()),
            None if format!("{decoded}/") == self.base => Some(String::new()),
            None => None,
        }
    }

    /// The place of plain parts below the folder; nothing when one of them leads elsewhere.
    pub(super) fn place<'p>(&self, mut parts: impl Iterator<Item = &'p str>) -> Option<PathBuf> {
        parts.try_fold(self.folder.clone(), |path, part| {
            let is_plain = !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0', '/']);
            is_plain.then(|| path.join(part))
        })
    }

    /// The bytes of the file at `path`, relative to the folder.
    pub(super) fn read(&self, path: &str) -> Option<Vec<u8>> {
        files::read(&self.place(path.split('/'))?, FILE_MAX_BYTES).ok()
    }
}
