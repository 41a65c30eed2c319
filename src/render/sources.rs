//! What people write for the site: templates, pages, static files.

use std::collections::BTreeMap;
use std::path::Path;

use crate::outside::listing::{self, Kind};
use crate::outside::{OutsideError, files};

/// The folder of the templates, from the root of the project.
pub(super) const TEMPLATES_DIR: &str = "templates";
/// The folder of the pages.
pub(super) const CONTENT_DIR: &str = "site/content";
/// The folder of what is served as it is.
pub(super) const STATIC_DIR: &str = "site/static";
const FILE_MAX_BYTES: u64 = 16 << 20;

/// The sources, by name relative to their folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteSources {
    /// `templates/`: templates of Tera, by their names there.
    pub templates: BTreeMap<String, String>,
    /// `site/content/`: pages in Markdown, by their names there.
    pub content: BTreeMap<String, String>,
    /// `site/static/`: bytes that are served as they are.
    pub static_files: BTreeMap<String, Vec<u8>>,
}

impl SiteSources {
    /// Reads the three folders below `root`. Hidden files are passed over; a folder that does not exist is empty.
    ///
    /// # Errors
    /// When a file cannot be read, is a link, or should be text and is not.
    pub fn read(root: &Path) -> Result<Self, OutsideError> {
        Ok(Self {
            templates: texts(&root.join(TEMPLATES_DIR), ".html")?,
            content: texts(&root.join(CONTENT_DIR), ".md")?,
            static_files: bytes(&root.join(STATIC_DIR), "")?,
        })
    }
}

fn texts(folder: &Path, suffix: &str) -> Result<BTreeMap<String, String>, OutsideError> {
    let text = |(name, bytes): (String, Vec<u8>)| match String::from_utf8(bytes) {
        Ok(text) => Ok((name, text)),
        Err(_) => Err(unusable(&folder.join(name), "it is not UTF-8")),
    };
    bytes(folder, suffix)?.into_iter().map(text).collect()
}

/// A link could bring in a file from anywhere, so it is refused and not passed over.
fn bytes(folder: &Path, suffix: &str) -> Result<BTreeMap<String, Vec<u8>>, OutsideError> {
    let mut found = BTreeMap::new();
    for entry in listing::below(folder)? {
        let path = folder.join(&entry.path);
        let Some(name) = entry.path.to_str() else { return Err(unusable(&path, "its name is not UTF-8")) };
        let is_hidden = name.split('/').any(|part| part.starts_with('.'));
        match entry.kind {
            Kind::File if !is_hidden && name.ends_with(suffix) => {
                found.insert(name.to_owned(), files::read(&path, FILE_MAX_BYTES)?);
            }
            Kind::Other if !is_hidden => return Err(unusable(&path, "it is a link or a device")),
            Kind::File | Kind::Folder | Kind::Other => {}
        }
    }
    Ok(found)
}

fn unusable(path: &Path, reason: &str) -> OutsideError {
    OutsideError::file("read", path)(std::io::Error::other(reason.to_owned()))
}
