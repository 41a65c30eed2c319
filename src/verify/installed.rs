//! What is installed in an archive that somebody made, as its folders say: nothing is unpacked, and nothing else that
//! the archive says of itself is believed.

use std::collections::BTreeSet;
use std::path::Path;

use crate::assemble::{UNZIPPED_MAX_BYTES, ZipError, ZipFile};
use crate::domain::{NormalizedName, PackageName, Requirements, Sha256};
use crate::outside::OutsideError;

/// What an archive has in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The distributions that left a folder with their names and versions; perhaps none.
    pub requirements: Requirements,
    /// The bytes that it unpacks to.
    pub unzipped_bytes: u64,
}

/// Why an archive tells nothing.
#[derive(Debug, thiserror::Error)]
pub enum InstalledError {
    /// It cannot be read.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// Its bytes are others than they should be.
    #[error("it has SHA-256 {found}, not {expected}")]
    OtherBytes {
        /// The SHA-256 that it has.
        found: Sha256,
        /// The SHA-256 that it should have.
        expected: Sha256,
    },
    /// It is no archive that can be unpacked in one way.
    #[error(transparent)]
    Refused(#[from] ZipError),
}

/// Reads the archive at `zip`, which must have this hash.
///
/// # Errors
/// When it has another, or cannot be read as every unpacker would read it.
pub fn installed(zip: &Path, expected: Sha256) -> Result<Installed, InstalledError> {
    let unreadable = || OutsideError::file("read", zip);
    let archive = ZipFile::open(zip).map_err(unreadable())?;
    let found = archive.sha256().map_err(unreadable())?;
    if found != expected {
        return Err(InstalledError::OtherBytes { found, expected });
    }
    let entries = archive.entries(UNZIPPED_MAX_BYTES)?;
    let distributions: BTreeSet<(NormalizedName, String)> = entries.iter().filter_map(|entry| distribution(&entry.path)).collect();
    let requirements = Requirements::new(distributions.iter().map(|(name, version)| (name, version.clone())));
    Ok(Installed { requirements, unzipped_bytes: entries.iter().map(|entry| entry.size).sum() })
}

/// The distribution whose own folder a file is in, at one of the two places where Lambda's Python looks for packages.
fn distribution(path: &str) -> Option<(NormalizedName, String)> {
    let rest = path.strip_prefix("python/")?;
    let folder = match rest.strip_prefix("lib/python3.").and_then(|rest| rest.split_once("/site-packages/")) {
        Some((minor, rest)) if minor.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        Some(_) | None => rest,
    };
    let folder = folder.split('/').next()?;
    let pin = match folder.strip_suffix(".dist-info") {
        Some(pin) => pin,
        // Written by tools older than wheels, with the Python in it: `name-1.0-py3.8`.
        None => folder.strip_suffix(".egg-info")?.split("-py3.").next()?,
    };
    let (name, version) = pin.rsplit_once('-')?;
    let name: PackageName = name.parse().ok()?;
    let version: pep440_rs::Version = version.parse().ok()?;
    Some((name.normalized(), version.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_known_by_its_own_folder() {
        for (path, expected) in [
            ("python/numpy-2.3.5.dist-info/METADATA", Some("numpy==2.3.5")),
            ("python/Zope.Interface-8.1.dist-info/RECORD", Some("zope-interface==8.1")),
            ("python/typing_extensions-4.01.0.dist-info/RECORD", Some("typing-extensions==4.1.0")),
            ("python/lib/python3.13/site-packages/x-1.0+local.dist-info/METADATA", Some("x==1.0+local")),
            ("python/old-1.0-py3.8.egg-info/PKG-INFO", Some("old==1.0")),
            ("python/older-1.0-py3.8.egg-info", Some("older==1.0")),
            ("python/setuptools/_vendor/packaging-24.2.dist-info/METADATA", None),
            ("python/lib/python3.x/site-packages/x-1.0.dist-info/METADATA", None),
            ("numpy-2.3.5.dist-info/METADATA", None),
            ("python/numpy/__init__.py", None),
            ("python/numpy.dist-info/METADATA", None),
            ("python/numpy-x.dist-info/METADATA", None),
            ("python/-1.0.dist-info/METADATA", None),
        ] {
            let found = distribution(path).map(|(name, version)| format!("{name}=={version}"));
            assert_eq!(found.as_deref(), expected, "{path}");
        }
    }
}
