//! The folder of a site: what is in it, and what no host would take.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::content_md5::Md5;
use super::fault::{FaultKind, SiteFault};
use crate::outside::OutsideError;
use crate::outside::files;
use crate::outside::listing::{self, Facts, Kind};

/// What a folder must have to be a site.
const NEEDED: [&str; 2] = ["index.html", "404.html"];

/// The files of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The folder that they are in.
    pub folder: PathBuf,
    /// Each of them, sorted by path.
    pub files: Vec<SiteFile>,
}

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// Relative to the folder, with `/` between its parts.
    pub path: String,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// A file of a site whose bytes were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashedFile {
    /// Relative to the folder, with `/` between its parts.
    pub path: String,
    /// Its size in bytes when it was read.
    pub size_bytes: u64,
    /// The MD5 of its bytes, by which S3 tells what it has.
    pub md5: Md5,
}

impl Site {
    /// The sizes of all files together, in bytes.
    pub fn total_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size_bytes).sum()
    }
}

/// Looks at the folder. A site with faults is not to be deployed.
///
/// # Errors
/// When the folder cannot be read, or is a link.
pub fn read_site(folder: &Path) -> Result<(Site, Vec<SiteFault>), OutsideError> {
    let entries = listing::below(folder)?;
    let looked_at = entries.par_iter().filter(|entry| entry.kind != Kind::Folder).map(|entry| {
        let Some(path) = entry.path.to_str() else { return Ok(Err(fault(&entry.path, FaultKind::NotUtf8))) };
        if entry.kind == Kind::Other {
            return Ok(Err(fault(&entry.path, FaultKind::NotAFile)));
        }
        if files::is_temporary(&entry.path) {
            return Ok(Err(fault(&entry.path, FaultKind::BeingWritten)));
        }
        match listing::facts(&folder.join(&entry.path))? {
            Some(Facts { kind: Kind::File, size_bytes, .. }) => Ok(Ok(SiteFile { path: path.to_owned(), size_bytes })),
            Some(_) => Ok(Err(fault(&entry.path, FaultKind::NotAFile))),
            None => Ok(Err(fault(&entry.path, FaultKind::BeingWritten))),
        }
    });
    let looked_at = looked_at.collect::<Result<Vec<Result<SiteFile, SiteFault>>, OutsideError>>()?;
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for one in looked_at {
        match one {
            Ok(file) => found.push(file),
            Err(fault) => faults.push(fault),
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    faults.extend(missing(&found, &NEEDED));
    Ok((Site { folder: folder.to_owned(), files: found }, faults))
}

/// Reads all files. `on_each` hears of the bytes of each.
///
/// # Errors
/// When one cannot be read, or has gone since the folder was looked at.
pub fn hash(site: &Site, on_each: &(impl Fn(u64) + Sync)) -> Result<Vec<HashedFile>, OutsideError> {
    let hash = |file: &SiteFile| {
        let (md5, size_bytes) = Md5::of_file(&site.folder.join(&file.path))?;
        on_each(size_bytes);
        Ok(HashedFile { path: file.path.clone(), size_bytes, md5 })
    };
    site.files.par_iter().map(hash).collect()
}

/// Those of `needed` that are not there.
pub(super) fn missing(found: &[SiteFile], needed: &[&str]) -> Vec<SiteFault> {
    let is_there = |path: &&str| found.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok();
    needed.iter().filter(|path| !is_there(path)).map(|path| fault(Path::new(path), FaultKind::Missing)).collect()
}

fn fault(path: &Path, kind: FaultKind) -> SiteFault {
    SiteFault { path: path.to_string_lossy().into_owned(), kind }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::{Durability, write};

    #[test]
    fn what_no_host_would_take_is_told_all_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let put = |path: &str| write(&folder.path().join(path), path.as_bytes(), Durability::Process).expect("written");
        for path in ["index.html", "b/x.json", "a.txt", "a/.klayers-tmp-1-x"] {
            put(path);
        }
        let odd = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff");
        write(&folder.path().join(Path::new::<std::ffi::OsStr>(odd)), b"", Durability::Process).expect("written");
        let (site, faults) = read_site(folder.path()).expect("read");
        let paths: Vec<&str> = site.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!((paths, site.total_bytes()), (vec!["a.txt", "b/x.json", "index.html"], 23));
        let told: Vec<(&str, &str)> = faults.iter().map(|fault| (fault.path.as_str(), fault.kind.code())).collect();
        assert_eq!(told, [("a/.klayers-tmp-1-x", "site-being-written"), ("\u{fffd}", "site-name-not-utf-8"), ("404.html", "site-file-missing")]);
        let hashed = hash(&site, &|_| {}).expect("read");
        assert_eq!(hashed[0], HashedFile { path: "a.txt".to_owned(), size_bytes: 5, md5: Md5::of(b"a.txt") });
        files::remove(&folder.path().join("a.txt")).expect("removed");
        assert!(hash(&site, &|_| {}).expect_err("gone").to_string().contains("a.txt"));
    }
}
