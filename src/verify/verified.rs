//! The gate: the only way to a [`VerifiedArchive`].

use std::path::{Path, PathBuf};

use super::Fault;
use super::contents;
use crate::assemble::{Manifest, SCHEMA, ZipFile};
use crate::domain::LayerName;
use crate::outside::{OutsideError, files};
use crate::report::Problem;

const MANIFEST_MAX_BYTES: u64 = 16 << 20;

/// An archive that passed every check. Its files must not change after that; whoever publishes
/// compares the hash once more with what arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedArchive {
    manifest: Manifest,
    zip: PathBuf,
    lock: String,
}

impl VerifiedArchive {
    /// What it says of itself, which was found to be true.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The zip.
    pub fn zip(&self) -> &Path {
        &self.zip
    }

    /// The lock that it was built from.
    pub fn lock(&self) -> &str {
        &self.lock
    }
}

/// The names of the archives in the folder `dist`, sorted: the stems of its manifests.
///
/// # Errors
/// When the folder cannot be read.
pub fn names(dist: &Path) -> Result<Vec<String>, OutsideError> {
    let mut names = files::names(dist)?;
    names.retain(|name| name.ends_with(".json"));
    names.iter_mut().for_each(|name| name.truncate(name.len() - ".json".len()));
    Ok(names)
}

/// Checks the archive `name` of the folder `dist`.
///
/// # Errors
/// Every problem that was found, in the terms of `dist/<name>.zip`.
pub fn verify(dist: &Path, name: &str) -> Result<VerifiedArchive, Vec<Problem>> {
    let zip = dist.join(format!("{name}.zip"));
    let shown = zip.display().to_string();
    let faults = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.at(&shown)).collect::<Vec<_>>();
    let read = |extension: &str, limit| {
        let path = dist.join(format!("{name}.{extension}"));
        files::read(&path, limit).map_err(|_| faults(vec![Fault::FileMissing { name: path.display().to_string() }]))
    };
    let unreadable = |reason: String| faults(vec![Fault::ManifestUnreadable { reason }]);
    let manifest: Manifest = serde_json::from_slice(&read("json", MANIFEST_MAX_BYTES)?).map_err(|error| unreadable(error.to_string()))?;
    let lock = String::from_utf8(read("pylock.toml", MANIFEST_MAX_BYTES)?).map_err(|error| unreadable(error.to_string()))?;
    let opened = ZipFile::open(&zip).and_then(|opened| Ok((opened.sha256()?, opened)));
    let (hash, opened) = opened.map_err(|_| faults(vec![Fault::FileMissing { name: shown.clone() }]))?;

    let mut found = Vec::new();
    if name.parse::<LayerName>().ok().as_ref() != Some(&manifest.layer) {
        found.push(Fault::ManifestWrong { what: "`layer`" });
    }
    if manifest.requirements.sha256() != manifest.requirements_sha256 {
        found.push(Fault::ManifestWrong { what: "`requirements_sha256`" });
    }
    if manifest.schema != SCHEMA || manifest.zip_bytes != opened.size() {
        found.push(Fault::ManifestWrong { what: "`schema` or `zip_bytes`" });
    }
    if hash != manifest.zip_sha256 {
        found.push(Fault::HashMismatch { found: hash, expected: manifest.zip_sha256 });
    }
    found.extend(contents::faults(&opened, &manifest));
    if found.is_empty() { Ok(VerifiedArchive { manifest, zip, lock }) } else { Err(faults(found)) }
}
