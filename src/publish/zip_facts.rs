//! What an account finds out about an archive for itself. It believes nothing that it is told.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rawzip::{RECOMMENDED_BUFFER_SIZE, ZipArchive};
use sha2::Digest as _;
use tokio::sync::OnceCell;

use crate::domain::Sha256;
use crate::outside::OutsideError;

const READ_AT_ONCE_BYTES: usize = 1 << 20;

/// An archive.
#[derive(Debug, Clone)]
pub(super) struct ZipFacts {
    pub(super) sha256: Sha256,
    pub(super) size_bytes: u64,
    /// How large it is when unpacked, as far as its directory says; or why it is no archive.
    pub(super) unzipped_bytes: Result<u64, String>,
}

/// Archives that were read already: a file goes to many regions and is read once.
#[derive(Debug, Default)]
pub(super) struct ZipReader {
    known: Mutex<BTreeMap<FileIdentity, Arc<OnceCell<ZipFacts>>>>,
}

impl ZipReader {
    /// Reads a file, or remembers it. Reading happens beside the other work.
    pub(super) async fn facts(&self, file: &Path) -> Result<ZipFacts, OutsideError> {
        let metadata = std::fs::metadata(file).map_err(OutsideError::file("read", file))?;
        let cell = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(FileIdentity::of(&metadata)).or_default())
        };
        let path = file.to_owned();
        let read = || async { tokio::task::spawn_blocking(move || read(&path)).await.expect("reading does not panic") };
        cell.get_or_try_init(read).await.cloned()
    }
}

/// By what the system tells one file from another: names do not matter, so an upload that is a second
/// name of the same file is not read again.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct FileIdentity {
    device: u64,
    inode: u64,
    size_bytes: u64,
    modified: (i64, i64),
}

impl FileIdentity {
    fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino(), size_bytes: metadata.len(), modified: (metadata.mtime(), metadata.mtime_nsec()) }
    }
}

fn read(path: &Path) -> Result<ZipFacts, OutsideError> {
    let error = || OutsideError::file("read", path);
    let mut file = File::open(path).map_err(error())?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; READ_AT_ONCE_BYTES];
    let mut size_bytes = 0;
    loop {
        match file.read(&mut buffer).map_err(error())? {
            0 => break,
            count => {
                hasher.update(&buffer[..count]);
                size_bytes += count as u64;
            }
        }
    }
    Ok(ZipFacts { sha256: Sha256::from_hasher(hasher), size_bytes, unzipped_bytes: unzipped_bytes(file) })
}

/// How large an archive is when unpacked, as far as its directory says.
///
/// # Errors
/// Why it is no archive, or one with nothing in it.
pub(super) fn unzipped_bytes(file: File) -> Result<u64, String> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_file(file, &mut buffer).map_err(|error| error.to_string())?;
    let mut entries = archive.entries(&mut buffer);
    let mut sum = None;
    while let Some(entry) = entries.next_entry().map_err(|error| error.to_string())? {
        sum = Some(sum.unwrap_or(0_u64).saturating_add(entry.uncompressed_size_hint()));
    }
    sum.ok_or_else(|| "it has no entries".to_owned())
}
