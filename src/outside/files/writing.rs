//! Writing: beside the place and renamed, so that a reader sees the old bytes or the new ones.

use std::fs::{self, File, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::SystemTime;

use rustix::fs::OFlags;

use super::folders::create_dir;
use super::reading::{open, regular};
use super::temporary::{remove_leftovers_of_the_gone, temporary_in};
use crate::outside::OutsideError;

const PART_BYTES: usize = 1 << 20;

/// What must be true when a write returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The bytes survive the end of this process. For what can be made again.
    Process,
    /// The bytes survive a loss of power. For the record.
    Power,
}

/// Whether a write changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The file did not exist or had other bytes.
    Changed,
    /// The file had the same bytes and was left alone.
    Same,
}

/// Puts `bytes` at `path`, making its folders, unless they are there already.
///
/// # Errors
/// When the old file cannot be read or the new one not be written; the old one is then as it was.
pub fn write(path: &Path, bytes: &[u8], durability: Durability) -> Result<Written, OutsideError> {
    if is_same(path, bytes) {
        // Who wrote it may have been killed before it was on the disk.
        if durability == Durability::Power {
            sync(path)?;
            sync_folder(path)?;
        }
        return Ok(Written::Same);
    }
    let folder = folder_of(path);
    let mut file = match temporary_in(folder) {
        Ok(file) => file,
        Err(_) => {
            create_dir(folder)?;
            temporary_in(folder)?
        }
    };
    // By the file itself: an error would else have the temporary name, too.
    file.as_file_mut().write_all(bytes).map_err(OutsideError::file("write", path))?;
    place(file, path, durability)?;
    Ok(Written::Changed)
}

/// As [`write()`], for a file whose folder has others that are not ours: what killed processes left half-written beside it goes first.
///
/// # Errors
/// As [`write()`].
pub fn write_alone(path: &Path, bytes: &[u8], durability: Durability) -> Result<Written, OutsideError> {
    remove_leftovers_of_the_gone(folder_of(path))?;
    write(path, bytes, durability)
}

/// As [`write()`], for bytes that come in parts and may be too many to be had at once. Says how many there were.
///
/// # Errors
/// As [`write()`].
pub fn write_parts(path: &Path, parts: &mut dyn Iterator<Item = Vec<u8>>, durability: Durability) -> Result<(Written, u64), OutsideError> {
    let folder = folder_of(path);
    create_dir(folder)?;
    let mut file = temporary_in(folder)?;
    let mut size = 0;
    for part in parts {
        file.as_file_mut().write_all(&part).map_err(OutsideError::file("write", path))?;
        size += part.len() as u64;
    }
    if have_same_bytes(file.path(), path).unwrap_or(false) {
        return Ok((Written::Same, size));
    }
    place(file, path, durability)?;
    Ok((Written::Changed, size))
}

/// Moves a filled temporary file to its place. What must survive a loss of power is on the disk before it has its name, and its name
/// before this returns; for a name that is new, those of the folders above it, too, which may be as new.
///
/// # Errors
/// When it cannot be flushed or moved.
pub fn place(file: tempfile::NamedTempFile, path: &Path, durability: Durability) -> Result<(), OutsideError> {
    let is_lasting = durability == Durability::Power;
    let is_new = is_lasting && fs::symlink_metadata(path).is_err();
    if is_lasting {
        file.as_file().sync_all().map_err(OutsideError::file("flush", path))?;
    }
    file.persist(path).map_err(|error| OutsideError::file("replace", path)(error.error))?;
    if is_lasting {
        sync_folder(path)?;
    }
    if is_new {
        folder_of(path).ancestors().filter(|above| above.file_name().is_some()).try_for_each(sync_folder)?;
    }
    Ok(())
}

/// Gives the file at `from` a second name `to`, or copies it where names cannot be shared.
/// A file that is there already stays.
///
/// # Errors
/// When neither works.
pub fn link_or_copy(from: &Path, to: &Path) -> Result<(), OutsideError> {
    if let Some(folder) = to.parent() {
        create_dir(folder)?;
    }
    match fs::hard_link(from, to) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        Err(_) => {}
    }
    let mut file = temporary_in(folder_of(to))?;
    let mut source = open(from).map_err(OutsideError::file("read", from))?;
    std::io::copy(&mut source, file.as_file_mut()).map_err(OutsideError::file("copy", from))?;
    place(file, to, Durability::Process)
}

/// Opens a file for adding to its end, making its folders. A link is not followed: who put it there may have meant another's file.
///
/// # Errors
/// When it cannot be opened, or is no regular file.
pub fn open_to_append(path: &Path) -> Result<File, OutsideError> {
    if let Some(folder) = path.parent() {
        create_dir(folder)?;
    }
    regular(File::options().create(true).append(true).read(true), OFlags::NOFOLLOW, path).map_err(OutsideError::file("open", path))
}

/// Notes at `now` that a file is in use. Returns whether there is one, and not a link or something else.
pub fn touch(path: &Path, now: SystemTime) -> bool {
    let Ok(file) = regular(File::options().read(true), OFlags::NOFOLLOW, path) else { return false };
    // Not worth failing for: a file of another owner keeps its time.
    let _ = file.set_modified(now);
    true
}

/// Writes a file that is not there yet, with this mode, into a folder that is. Not atomic: only for temporary folders.
///
/// # Errors
/// When it exists or cannot be written.
pub fn write_temporary(path: &Path, bytes: &[u8], mode: u32) -> Result<(), OutsideError> {
    let mut options = File::options();
    options.write(true).create_new(true).mode(mode);
    // Set again, because the umask takes away from what a file is made with.
    let write = |mut file: File| file.write_all(bytes).and_then(|()| file.set_permissions(Permissions::from_mode(mode)));
    options.open(path).and_then(write).map_err(OutsideError::file("write", path))
}

/// Writes a file that is not there yet, making its folders. Not atomic: only below a folder that nobody looks into before it is
/// renamed.
///
/// # Errors
/// When it exists or cannot be written.
pub fn write_unseen(path: &Path, bytes: &[u8]) -> Result<(), OutsideError> {
    let create = || File::create_new(path);
    let created = create().or_else(|error| match (error.kind(), path.parent()) {
        (std::io::ErrorKind::NotFound, Some(folder)) => fs::create_dir_all(folder).and_then(|()| create()),
        _ => Err(error),
    });
    created.and_then(|mut file| file.write_all(bytes)).map_err(OutsideError::file("write", path))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync(path: &Path) -> Result<(), OutsideError> {
    File::open(path).and_then(|opened| opened.sync_all()).map_err(OutsideError::file("flush", path))
}

/// Brings the names in the folder of `path` to the disk. What may not be read or written was made by somebody else, who answers for it.
fn sync_folder(path: &Path) -> Result<(), OutsideError> {
    use std::io::ErrorKind::{InvalidInput, PermissionDenied, ReadOnlyFilesystem};
    match sync(folder_of(path)) {
        Err(OutsideError::File { source, .. }) if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem | InvalidInput) => Ok(()),
        other => other,
    }
}

fn is_same(path: &Path, bytes: &[u8]) -> bool {
    let same_size = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64);
    same_size && fs::read(path).is_ok_and(|old| old == bytes)
}

/// Whether two regular files have the same bytes, of which few are had at once.
fn have_same_bytes(a: &Path, b: &Path) -> std::io::Result<bool> {
    let (a_facts, b_facts) = (fs::symlink_metadata(a)?, fs::symlink_metadata(b)?);
    if !b_facts.is_file() || a_facts.len() != b_facts.len() {
        return Ok(false);
    }
    let (mut a, mut b) = (open(a)?, open(b)?);
    let (mut a_part, mut b_part) = (vec![0; PART_BYTES], vec![0; PART_BYTES]);
    loop {
        let read = a.read(&mut a_part)?;
        if read == 0 {
            return Ok(true);
        }
        b.read_exact(&mut b_part[..read])?;
        if a_part[..read] != b_part[..read] {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::outside::files::{has_parts, read, read_if_exists, size_and_time, walk};

    #[test]
    fn writes_only_what_differs_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b.txt");
        assert_eq!(write(&path, b"one", Durability::Power).expect("written"), Written::Changed);
        assert_eq!(write(&path, b"one", Durability::Power).expect("written"), Written::Same);
        assert_eq!(write(&path, b"two", Durability::Process).expect("written"), Written::Changed);
        assert_eq!(read(&path, 3).expect("read"), b"two");
        assert!(read(&path, 2).is_err());
        assert_eq!(walk(folder.path()).expect("walked"), [PathBuf::from("a/b.txt")]);
        assert_eq!(read_if_exists(&folder.path().join("none"), 9).expect("read"), None);
    }

    #[test]
    fn parts_are_one_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b");
        let parts = |parts: &[&str]| parts.iter().map(|part| part.as_bytes().to_vec()).collect::<Vec<_>>().into_iter();
        for (given, expected, has) in [
            (&["ab", "", "c"][..], Written::Changed, true),
            (&["a", "bc"], Written::Same, true),
            (&["abd"], Written::Changed, true),
            (&["abdx"], Written::Changed, true),
            (&[], Written::Changed, true),
        ] {
            let bytes = given.concat();
            assert_eq!(write_parts(&path, &mut parts(given), Durability::Process).expect("written"), (expected, bytes.len() as u64));
            assert_eq!(read(&path, 9).expect("read"), bytes.as_bytes());
            assert_eq!(has_parts(&path, &mut parts(given)).expect("read"), has);
            assert!(!has_parts(&path, &mut parts(&["abdxy"])).expect("read"));
        }
        write(&path, b"abcd", Durability::Process).expect("written");
        for other in ["abc", "abce", "abcde"] {
            assert!(!has_parts(&path, &mut parts(&[other])).expect("read"), "{other}");
        }
        assert_eq!(walk(folder.path()).expect("walked"), [PathBuf::from("a/b")]);
    }

    #[test]
    fn what_is_no_file_is_not_waited_for_and_what_a_link_leads_to_is_not_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        let (precious, link, pipe) = (folder.path().join("precious"), folder.path().join("link"), folder.path().join("pipe"));
        write(&precious, b"whole", Durability::Process).expect("written");
        std::os::unix::fs::symlink(&precious, &link).expect("linked");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).expect("made");
        let before = size_and_time(&precious);
        assert!(!touch(&link, SystemTime::UNIX_EPOCH) && !touch(&pipe, SystemTime::UNIX_EPOCH) && !touch(folder.path(), SystemTime::UNIX_EPOCH));
        for path in [&link, &pipe, &folder.path().to_owned()] {
            open_to_append(path).expect_err("no file of ours");
        }
        assert_eq!(size_and_time(&precious), before);
        let refused = read(&pipe, 9).expect_err("a pipe").to_string();
        assert!(refused.ends_with("it is a link, a pipe or a device, not a file"), "{refused}");
        assert_eq!(read(&link, 9).expect("a link is read"), b"whole");
        write(&link, b"new", Durability::Process).expect("written");
        assert_eq!(read(&precious, 9).expect("read"), b"whole");
    }
}
