//! Wheels on disk by their SHA-256, for all layers of a run and for the next run, and how much of the
//! disk they and their bytecode may have.
//!
//! A file enters under its name only after its hash was right, so any number of processes may share
//! the folder. Whoever removes a file does not hurt who has it open.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::bytecode;
use super::zip_file::ZipFile;
use crate::domain::{LockedWheel, Sha256};
use crate::outside::{OutsideError, files};

/// Largest wheel that is taken, in bytes: no layer could hold it.
pub const WHEEL_MAX_BYTES: u64 = 1 << 30;
/// A wheel that was used within the last hour is kept even over the bound: a run may still want it. Clocks of machines
/// that share a folder differ by less; what is to be used later than that was noted by a clock that was wrong.
const IN_USE: Duration = Duration::from_secs(3600);

/// The folder of wheels.
#[derive(Debug, Clone)]
pub struct WheelCache {
    /// The folder of klayers.
    root: PathBuf,
    folder: PathBuf,
    now: SystemTime,
}

/// Why a wheel cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// It is not there (any more).
    #[error("`{0}` is not in the cache")]
    Missing(String),
    /// It is not what the lock says. It was removed.
    #[error("`{wheel}` in the cache did not have the SHA-256 of the lock and was removed")]
    Damaged {
        /// The wheel's file name.
        wheel: String,
        /// What its hash should be.
        sha256: Sha256,
    },
    /// It cannot be read.
    #[error(transparent)]
    Outside(#[from] OutsideError),
}

impl WheelCache {
    /// The cache in `folder`, which need not exist. `now` is the time that use is noted with.
    pub fn new(folder: &Path, now: SystemTime) -> Self {
        Self { root: folder.to_owned(), folder: folder.join("wheels"), now }
    }

    /// Where a wheel is, or would be.
    pub fn path(&self, sha256: Sha256) -> PathBuf {
        let name = sha256.to_string();
        self.folder.join(&name[..2]).join(format!("{name}.whl"))
    }

    /// Where a wheel is while it is being downloaded.
    pub fn partial_path(&self, sha256: Sha256) -> PathBuf {
        self.folder.join("partial").join(sha256.to_string())
    }

    /// Whether the wheel is there. Notes that it is wanted.
    pub fn has(&self, sha256: Sha256) -> bool {
        files::touch(&self.path(sha256), self.now)
    }

    /// Opens a wheel. What is in it is not checked: see [`Self::check`].
    ///
    /// # Errors
    /// When it is not there.
    pub fn open(&self, wheel: &LockedWheel) -> Result<ZipFile, CacheError> {
        let path = self.path(wheel.sha256);
        ZipFile::open(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => CacheError::Missing(wheel.filename.to_string()),
            _ => OutsideError::file("open", &path)(source).into(),
        })
    }

    /// Whether an opened wheel is what the lock says. If not, it is removed from the cache.
    ///
    /// # Errors
    /// [`CacheError::Damaged`].
    pub fn check(&self, wheel: &LockedWheel, opened: &ZipFile) -> Result<(), CacheError> {
        let path = self.path(wheel.sha256);
        if opened.sha256().map_err(OutsideError::file("read", &path))? == wheel.sha256 {
            return Ok(());
        }
        files::remove(&path)?;
        Err(CacheError::Damaged { wheel: wheel.filename.to_string(), sha256: wheel.sha256 })
    }

    /// Removes the wheels and the bytecode that were not used for longest until the rest has at most
    /// `max_bytes`, and what nobody went on with for a day: downloads, and files that a killed process
    /// had not finished. Returns the bytes that were freed.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn shrink(&self, max_bytes: u64) -> Result<u64, OutsideError> {
        let mut kept = Vec::new();
        let mut freed = 0;
        for folder in [self.folder.clone(), self.root.join(bytecode::FOLDER)] {
            for file in files::walk(&folder)? {
                let path = folder.join(&file);
                // Another process may have removed it meanwhile.
                let Some((bytes, used)) = files::size_and_time(&path) else { continue };
                let idle = self.now.duration_since(used).unwrap_or_else(|ahead| if ahead.duration() < IN_USE { Duration::ZERO } else { Duration::MAX });
                if !file.starts_with("partial") && !files::is_temporary(&file) {
                    kept.push((used, bytes, idle, path));
                } else if idle > Duration::from_secs(24 * 3600) {
                    files::remove(&path)?;
                    freed += bytes;
                }
            }
        }
        // Those with an impossible time go first, then those that were not used for longest.
        kept.sort_by_key(|(used, _, idle, path)| (*idle != Duration::MAX, *used, path.clone()));
        let mut total: u64 = kept.iter().map(|(_, bytes, _, _)| bytes).sum();
        for (_, bytes, idle, path) in kept {
            if total <= max_bytes || idle < IN_USE {
                break;
            }
            files::remove(&path)?;
            total -= bytes;
            freed += bytes;
        }
        Ok(freed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::Durability;

    #[test]
    fn the_least_used_go_first_and_those_in_use_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let later = |hours: u64| WheelCache::new(folder.path(), start + Duration::from_secs(hours * 3600));
        let hashes: Vec<Sha256> = (0..3_u8).map(|n| Sha256::of(&[n])).collect();
        for hash in &hashes {
            files::write(&later(0).path(*hash), &[0; 100], Durability::Process).expect("written");
        }
        for (hours, hash) in [(1, hashes[2]), (2, hashes[0]), (9, hashes[1])] {
            assert!(later(hours).has(hash));
        }
        assert_eq!(later(9).shrink(300).expect("shrunk"), 0);
        assert_eq!(later(9).shrink(150).expect("shrunk"), 200);
        assert!(later(9).has(hashes[1]));
        assert_eq!(later(9).shrink(0).expect("shrunk"), 0, "it was used just now");
    }

    #[test]
    fn bytecode_counts_too_and_what_is_half_written_goes_after_a_day() {
        let folder = tempfile::tempdir().expect("a folder");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let aged = |name: &str, hours: u64| {
            let path = folder.path().join(name);
            files::write(&path, &[0; 100], Durability::Process).expect("written");
            assert!(files::touch(&path, now - Duration::from_secs(hours * 3600)));
            path
        };
        let wheel = aged("wheels/aa/a.whl", 3);
        let bytecode = aged("bytecode/cpython-313-3.13.0-3571-1/sources/aa/a.zip", 4);
        let half = [aged("bytecode/cpython-313-3.13.0-3571-1/.klayers-tmp-1", 25), aged("wheels/partial/b", 25)];
        let going = aged("bytecode/cpython-313-3.13.0-3571-1/.klayers-tmp-2", 1);
        assert_eq!(WheelCache::new(folder.path(), now).shrink(100).expect("shrunk"), 300);
        assert!(wheel.exists() && going.exists());
        assert!(!bytecode.exists() && half.iter().all(|path| !path.exists()));
    }

    #[test]
    fn what_a_clock_of_the_future_noted_is_in_nobodys_use() {
        let folder = tempfile::tempdir().expect("a folder");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let hashes = [1_u8, 2, 3].map(|number| Sha256::of(&[number]));
        let ahead = |minutes: u64| WheelCache::new(folder.path(), now + Duration::from_secs(minutes * 60));
        for (hash, minutes) in hashes.iter().zip([0, 30, 60 * 24 * 365 * 100]) {
            files::write(&ahead(0).path(*hash), &[0; 100], Durability::Process).expect("written");
            assert!(ahead(minutes).has(*hash));
        }
        let partial = ahead(0).partial_path(hashes[0]);
        files::write(&partial, &[0; 10], Durability::Process).expect("written");
        assert!(files::touch(&partial, now + Duration::from_secs(60 * 60 * 24 * 365)));
        assert_eq!(ahead(0).shrink(200).expect("shrunk"), 110);
        assert!(ahead(0).path(hashes[0]).exists() && ahead(0).path(hashes[1]).exists() && !ahead(0).path(hashes[2]).exists() && !partial.exists());
    }

    #[test]
    fn what_is_no_file_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = WheelCache::new(folder.path(), SystemTime::UNIX_EPOCH);
        let hash = Sha256::of(b"x");
        files::create_dir(&cache.path(hash)).expect("made");
        assert!(!cache.has(hash));
    }

    #[test]
    fn a_damaged_wheel_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = WheelCache::new(folder.path(), SystemTime::UNIX_EPOCH);
        let wheel =
            LockedWheel { filename: "x-1-py3-none-any.whl".parse().expect("valid"), url: String::new(), sha256: Sha256::of(b"right"), size_bytes: None };
        files::write(&cache.path(wheel.sha256), b"wrong", Durability::Process).expect("written");
        let opened = cache.open(&wheel).expect("there");
        assert!(matches!(cache.check(&wheel, &opened), Err(CacheError::Damaged { .. })));
        assert!(matches!(cache.open(&wheel), Err(CacheError::Missing(_))));
    }
}
