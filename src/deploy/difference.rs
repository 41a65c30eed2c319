//! What a bucket lacks, what it has too much, and in which order to put that right. Pure.

use std::collections::BTreeMap;

use super::object_headers::Headers;
use super::objects::objects;
use super::site_folder::HashedFile;
use super::site_path::Wave;

/// What a listing tells of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Its entity tag, without quotes. That of an object that was uploaded in one piece is its MD5, unless the bucket
    /// encrypts with a key of KMS.
    pub etag: String,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// What is known of the objects that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// We uploaded them all, under the rules of today.
    Current,
    /// We uploaded them, at least some under other rules, or were killed when we changed the rules.
    Outdated,
    /// Nothing says that they are ours.
    Unknown,
}

/// An object to upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its key below the prefix.
    pub key: String,
    /// What it is given besides its bytes.
    pub headers: Headers,
    /// When it is its turn.
    pub wave: Wave,
    /// The file that has its bytes.
    pub file: HashedFile,
}

/// What is to be done so that the bucket has the site and nothing else below the prefix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// What to upload, in the order of the waves.
    pub uploads: Vec<Upload>,
    /// How many objects are as they should be.
    pub unchanged: usize,
    /// What to delete when all that is there, by keys below the prefix.
    pub deletes: Vec<String>,
    /// What is there with other bytes than the site's, or that the site does not have, where nothing says that it is
    /// ours: somebody may want it.
    pub strangers: Vec<String>,
}

/// Compares the site with what is there, whose keys are those below the prefix.
pub fn difference(site: &[HashedFile], present: &BTreeMap<String, Present>, standing: Standing) -> Difference {
    let wanted: BTreeMap<String, Upload> = site.iter().flat_map(uploads_of).map(|upload| (upload.key.clone(), upload)).collect();
    let deletes = present.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
    let has_bytes = |present: &Present, file: &HashedFile| present.size_bytes == file.size_bytes && present.etag == file.md5.to_string();
    let is_ours = |key: &str, present: &Present| wanted.get(key).is_some_and(|upload| has_bytes(present, &upload.file));
    let strangers = match standing {
        Standing::Unknown => present.iter().filter(|(key, present)| !is_ours(key, present)).map(|(key, _)| key.clone()).collect(),
        Standing::Current | Standing::Outdated => Vec::new(),
    };
    let count = wanted.len();
    let is_there = |upload: &Upload| standing == Standing::Current && present.get(&upload.key).is_some_and(|present| has_bytes(present, &upload.file));
    let mut uploads: Vec<Upload> = wanted.into_values().filter(|upload| !is_there(upload)).collect();
    uploads.sort_by(|a, b| (a.wave, &a.key).cmp(&(b.wave, &b.key)));
    Difference { unchanged: count - uploads.len(), uploads, deletes, strangers }
}

impl Difference {
    /// How many bytes are to be uploaded.
    pub fn bytes(&self) -> u64 {
        self.uploads.iter().map(|upload| upload.file.size_bytes).sum()
    }
}

fn uploads_of(file: &HashedFile) -> impl Iterator<Item = Upload> {
    objects(&file.path).into_iter().map(|object| Upload { key: object.key, headers: object.headers, wave: object.wave, file: file.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::Md5;

    const LIST: &str = "api/v2/p3.13/layers/latest/us-east-1";

    fn file(path: &str, content: &str) -> HashedFile {
        HashedFile { path: path.to_owned(), size_bytes: content.len() as u64, md5: Md5::of(content.as_bytes()) }
    }

    fn present(objects: &[(&str, &str)]) -> BTreeMap<String, Present> {
        let present = |content: &str| Present { etag: Md5::of(content.as_bytes()).to_string(), size_bytes: content.len() as u64 };
        objects.iter().map(|(key, content)| ((*key).to_owned(), present(content))).collect()
    }

    fn keys(difference: &Difference) -> Vec<&str> {
        difference.uploads.iter().map(|upload| upload.key.as_str()).collect()
    }

    #[test]
    fn only_what_differs_is_uploaded_and_only_strangers_go() {
        let list = format!("{LIST}/index.html");
        let site = [file("index.html", "home"), file(&list, "[]"), file("static/a.css", "a"), file("x.json", "{}")];
        let nothing = difference(&site, &BTreeMap::new(), Standing::Unknown);
        assert_eq!(keys(&nothing), ["static/a.css", "x.json", LIST, &list, "index.html"]);
        assert_eq!((nothing.unchanged, nothing.bytes()), (0, 11));

        let all = [("index.html", "home"), (list.as_str(), "[]"), (LIST, "[]"), ("static/a.css", "a"), ("x.json", "{}")];
        assert_eq!(difference(&site, &present(&all), Standing::Current), Difference { unchanged: 5, ..Difference::default() });
        for standing in [Standing::Outdated, Standing::Unknown] {
            assert_eq!(keys(&difference(&site, &present(&all), standing)).len(), 5);
        }

        let other = [("index.html", "hove"), (list.as_str(), "[]"), (LIST, "[1]"), ("static/b.css", "a"), ("x.json", "{}")];
        let found = difference(&site, &present(&other), Standing::Current);
        assert_eq!((keys(&found), found.unchanged), (vec!["static/a.css", LIST, "index.html"], 2));
        assert_eq!(found.deletes, ["static/b.css"]);
        assert_eq!(found.strangers, [""; 0]);
        assert_eq!(difference(&site, &present(&other), Standing::Unknown).strangers, [LIST, "index.html", "static/b.css"]);
    }
}
