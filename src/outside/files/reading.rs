//! Reading, with a limit. Pipes and devices are never opened: that may wait for ever.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::SystemTime;

use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::outside::OutsideError;

/// Opens a regular file to read it, or one that a link leads to.
///
/// # Errors
/// When it cannot be opened, or is something else.
pub fn open(path: &Path) -> std::io::Result<File> {
    regular(File::options().read(true), OFlags::empty(), path)
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// When it cannot be read, or is larger.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, OutsideError> {
    let error = |source| OutsideError::File { action: "read", path: path.to_owned(), source };
    let file = open(path).map_err(error)?;
    let size = file.metadata().map_err(error)?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or(0) + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(error)?;
    if bytes.len() as u64 > limit {
        return Err(error(std::io::Error::other(format!("it is larger than {limit} bytes"))));
    }
    Ok(bytes)
}

/// As [`read`], with nothing for a file that does not exist.
///
/// # Errors
/// As [`read`].
pub fn read_if_exists(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, OutsideError> {
    match read(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(OutsideError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a file has just these bytes.
///
/// # Errors
/// When it cannot be read.
pub fn has_parts(path: &Path, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Result<bool, OutsideError> {
    let error = || OutsideError::file("read", path);
    let mut file = open(path).map_err(error())?;
    for part in parts {
        let mut found = Vec::with_capacity(part.len());
        (&mut file).take(part.len() as u64).read_to_end(&mut found).map_err(error())?;
        if found != part {
            return Ok(false);
        }
    }
    Ok(file.read(&mut [0]).map_err(error())? == 0)
}

/// A file's size in bytes and the time of its last change; nothing when it is gone.
pub fn size_and_time(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

/// Opens what is a regular file, or becomes one.
pub(super) fn regular(options: &mut fs::OpenOptions, more: OFlags, path: &Path) -> std::io::Result<File> {
    let flags = OFlags::NONBLOCK | more;
    let opened = options.custom_flags(i32::try_from(flags.bits()).expect("flags are few")).open(path);
    let no_file = || std::io::Error::other("it is a link, a pipe or a device, not a file");
    let file = opened
        .map_err(|error| if [Errno::LOOP, Errno::NXIO].map(Errno::raw_os_error).contains(&error.raw_os_error().unwrap_or(0)) { no_file() } else { error })?;
    let kind = file.metadata()?.file_type();
    match (kind.is_file(), kind.is_dir()) {
        (true, _) => Ok(file),
        (_, true) => Err(Errno::ISDIR.into()),
        (false, false) => Err(no_file()),
    }
}
