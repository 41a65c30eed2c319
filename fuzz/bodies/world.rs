//! A folder in memory for what is read from disk.

use std::path::{Path, PathBuf};

use klayers::outside::files::{self, Durability};
use klayers::outside::memory_folder::scratch_parent;
use tempfile::TempDir;

/// A folder that is gone afterwards.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(scratch_parent()).expect("a folder")
}

/// Puts a file into it.
pub fn put(folder: &Path, path: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(path);
    files::write(&path, bytes, Durability::Process).expect("written");
    path
}

/// The input in parts that form feeds divide; empty ones where there are fewer.
pub fn parts<const COUNT: usize>(bytes: &[u8]) -> [&[u8]; COUNT] {
    let mut parts = bytes.splitn(COUNT, |&byte| byte == 0x0c);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}
