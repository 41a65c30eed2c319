//! Files: read with a limit, written whole or not at all, listed in order.
//!
//! A file is written beside its place under a name that starts with [`TEMPORARY_PREFIX`] and then
//! renamed, so a reader sees the old bytes or the new ones and a killed process leaves at most a
//! temporary file, which the next run removes.

use std::fs::{self, File, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::OutsideError;

/// How the names of half-written files start.
pub const TEMPORARY_PREFIX: &str = ".klayers-tmp-";

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

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// When it cannot be read, or is larger.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, OutsideError> {
    let error = |source| OutsideError::File { action: "read", path: path.to_owned(), source };
    let file = File::open(path).map_err(error)?;
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

/// Puts `bytes` at `path`, making its folders, unless they are there already.
///
/// # Errors
/// When the old file cannot be read or the new one not be written; the old one is then as it was.
pub fn write(path: &Path, bytes: &[u8], durability: Durability) -> Result<Written, OutsideError> {
    if is_same(path, bytes) {
        return Ok(Written::Same);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = match temporary_in(folder) {
        Ok(file) => file,
        Err(_) => {
            create_dir(folder)?;
            temporary_in(folder)?
        }
    };
    file.write_all(bytes).map_err(OutsideError::file("write", path))?;
    place(file, path, durability)?;
    Ok(Written::Changed)
}

/// As [`write()`], for bytes that come in parts and may be too many to be had at once. Says how many there were.
///
/// # Errors
/// As [`write()`].
pub fn write_parts(path: &Path, parts: &mut dyn Iterator<Item = Vec<u8>>, durability: Durability) -> Result<(Written, u64), OutsideError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_dir(folder)?;
    let mut file = temporary_in(folder)?;
    let mut size = 0;
    for part in parts {
        file.write_all(&part).map_err(OutsideError::file("write", path))?;
        size += part.len() as u64;
    }
    if have_same_bytes(file.path(), path).unwrap_or(false) {
        return Ok((Written::Same, size));
    }
    place(file, path, durability)?;
    Ok((Written::Changed, size))
}

/// Whether a file has just these bytes.
///
/// # Errors
/// When it cannot be read.
pub fn has_parts(path: &Path, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Result<bool, OutsideError> {
    let error = || OutsideError::file("read", path);
    let mut file = File::open(path).map_err(error())?;
    for part in parts {
        let mut found = Vec::with_capacity(part.len());
        (&mut file).take(part.len() as u64).read_to_end(&mut found).map_err(error())?;
        if found != part {
            return Ok(false);
        }
    }
    Ok(file.read(&mut [0]).map_err(error())? == 0)
}

/// A new temporary file in `folder`, to be filled and then given to [`place`].
///
/// # Errors
/// When the folder does not exist or cannot be written to.
pub fn temporary_in(folder: &Path) -> Result<tempfile::NamedTempFile, OutsideError> {
    tempfile::Builder::new()
        .prefix(&format!("{TEMPORARY_PREFIX}{}-", std::process::id()))
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(OutsideError::file("create a file in", folder))
}

/// Moves a filled temporary file to its place.
///
/// # Errors
/// When it cannot be flushed or moved.
pub fn place(file: tempfile::NamedTempFile, path: &Path, durability: Durability) -> Result<(), OutsideError> {
    if durability == Durability::Power {
        file.as_file().sync_all().map_err(OutsideError::file("flush", path))?;
    }
    file.persist(path).map_err(|error| OutsideError::file("replace", path)(error.error))?;
    if let (Durability::Power, Some(folder)) = (durability, path.parent()) {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(OutsideError::file("flush", folder))?;
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
    let mut file = temporary_in(to.parent().unwrap_or(Path::new(".")))?;
    let mut source = File::open(from).map_err(OutsideError::file("read", from))?;
    std::io::copy(&mut source, &mut file).map_err(OutsideError::file("copy", from))?;
    place(file, to, Durability::Process)
}

/// Opens a file for adding to its end, making its folders.
///
/// # Errors
/// When it cannot be opened.
pub fn open_to_append(path: &Path) -> Result<File, OutsideError> {
    if let Some(folder) = path.parent() {
        create_dir(folder)?;
    }
    File::options().create(true).append(true).read(true).open(path).map_err(OutsideError::file("open", path))
}

/// Makes a folder and those above it.
///
/// # Errors
/// When it cannot.
pub fn create_dir(path: &Path) -> Result<(), OutsideError> {
    fs::create_dir_all(path).map_err(OutsideError::file("create the folder", path))
}

/// Removes a file; one that is gone already is no error.
///
/// # Errors
/// When it exists and cannot be removed.
pub fn remove(path: &Path) -> Result<(), OutsideError> {
    ignore_missing(fs::remove_file(path)).map_err(OutsideError::file("remove", path))
}

/// Removes a folder with all that is in it; one that is gone already is no error. Links are not followed.
///
/// # Errors
/// When it exists and cannot be removed.
pub fn remove_dir(path: &Path) -> Result<(), OutsideError> {
    ignore_missing(fs::remove_dir_all(path)).map_err(OutsideError::file("remove", path))
}

/// Notes at `now` that a file is in use. Returns whether it exists.
pub fn touch(path: &Path, now: SystemTime) -> bool {
    let Ok(file) = File::open(path) else { return false };
    // Not worth failing for: a file of another owner keeps its time.
    let _ = file.set_modified(now);
    true
}

/// A file's size and the time of its last change; nothing when it is gone.
pub fn size_and_time(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::symlink_metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

/// Moves a file or folder to a name that is free.
///
/// # Errors
/// When it cannot be moved.
pub fn rename(from: &Path, to: &Path) -> Result<(), OutsideError> {
    fs::rename(from, to).map_err(OutsideError::file("move", from))
}

/// Removes a folder if nothing is in it.
pub fn remove_dir_if_empty(path: &Path) {
    let _ = fs::remove_dir(path);
}

/// The names in a folder, sorted; none for a folder that does not exist.
///
/// # Errors
/// When it exists and cannot be read.
pub fn names(folder: &Path) -> Result<Vec<String>, OutsideError> {
    let error = OutsideError::file("read the folder", folder);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(error(source)),
    };
    let mut names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect::<Result<Vec<_>, _>>().map_err(error)?;
    names.sort();
    Ok(names)
}

/// Every file below `folder`, by its path relative to it, sorted. Links count as files and are not followed.
///
/// # Errors
/// When a folder cannot be read.
pub fn walk(folder: &Path) -> Result<Vec<PathBuf>, OutsideError> {
    let mut files = Vec::new();
    if !folder.exists() {
        return Ok(files);
    }
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| OutsideError::file("read the folder", folder)(error.into()))?;
        if !entry.file_type().is_dir() {
            files.push(entry.path().strip_prefix(folder).expect("walked from there").to_owned());
        }
    }
    Ok(files)
}

/// Removes what killed processes left half-written below `folder`. Only for the holder of its lock.
///
/// # Errors
/// When a folder cannot be read or a file not be removed.
pub fn remove_leftovers(folder: &Path) -> Result<(), OutsideError> {
    for file in walk(folder)? {
        if is_temporary(&file) {
            remove(&folder.join(file))?;
        }
    }
    Ok(())
}

/// A new temporary folder in `folder`, which others may enter, named after this process.
///
/// # Errors
/// When it cannot be made.
pub fn temporary_dir_in(folder: &Path) -> Result<tempfile::TempDir, OutsideError> {
    create_dir(folder)?;
    let prefix = format!("{TEMPORARY_PREFIX}{}-", std::process::id());
    let made = tempfile::Builder::new().prefix(&prefix).permissions(Permissions::from_mode(0o755)).tempdir_in(folder);
    let made = made.map_err(OutsideError::file("create a folder in", folder))?;
    set_mode(made.path(), 0o755);
    Ok(made)
}

/// Makes a folder in a temporary one, which others may enter whatever our umask is.
///
/// # Errors
/// When it cannot be made.
pub fn create_temporary_dir(path: &Path) -> Result<(), OutsideError> {
    fs::create_dir(path).map_err(OutsideError::file("create the folder", path))?;
    set_mode(path, 0o755);
    Ok(())
}

/// Removes the temporary files and folders in `folder` of processes that are gone.
///
/// # Errors
/// When the folder cannot be read. One that cannot be removed stays.
pub fn remove_leftovers_of_the_gone(folder: &Path) -> Result<(), OutsideError> {
    for name in names(folder)? {
        let process = name.strip_prefix(TEMPORARY_PREFIX).and_then(|rest| rest.split_once('-')?.0.parse::<u32>().ok());
        if process.is_some_and(|process| !Path::new("/proc").join(process.to_string()).exists()) && Path::new("/proc/self").exists() {
            let path = folder.join(name);
            make_removable(&path);
            // Another process may be at it too.
            let _ = if path.is_dir() { remove_dir(&path) } else { remove(&path) };
        }
    }
    Ok(())
}

/// Gives us the right to remove what is below `folder`, as far as it is ours. Links are not followed.
pub fn make_removable(folder: &Path) {
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_dir()) {
        set_mode(entry.path(), 0o755);
    }
}

/// Takes away the right to write from all below `folder`. Links are not followed.
pub fn make_unwritable(folder: &Path) {
    for entry in walkdir::WalkDir::new(folder).contents_first(true).into_iter().flatten().filter(|entry| !entry.file_type().is_symlink()) {
        let mode = entry.metadata().map_or(0o555, |metadata| metadata.permissions().mode());
        set_mode(entry.path(), mode & 0o555);
    }
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

/// Lets every user put files into a folder and remove those alone that are his, as in `/tmp`.
pub fn let_all_write(folder: &Path) {
    set_mode(folder, 0o1777);
}

fn set_mode(path: &Path, mode: u32) {
    // What is not ours keeps its mode, and its removal will say so.
    let _ = fs::set_permissions(path, Permissions::from_mode(mode));
}

/// Whether a path is that of a half-written file.
pub fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY_PREFIX))
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
    let (mut a, mut b) = (File::open(a)?, File::open(b)?);
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

fn ignore_missing(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn temporary_folders_of_the_dead_go_and_those_of_the_living_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = temporary_dir_in(folder.path()).expect("made");
        // No process has a number as high as this.
        let dead = folder.path().join(".klayers-tmp-4194305-abc");
        create_temporary_dir(&dead).expect("made");
        write_temporary(&dead.join("file"), b"x", 0o644).expect("written");
        make_unwritable(&dead);
        create_temporary_dir(&folder.path().join("other")).expect("made");
        remove_leftovers_of_the_gone(folder.path()).expect("removed");
        assert!(own.path().exists() && !dead.exists() && folder.path().join("other").exists());
    }

    #[test]
    fn leftovers_go_and_the_rest_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join("x/.klayers-tmp-abc"), b"half", Durability::Process).expect("written");
        write(&folder.path().join("x/whole"), b"whole", Durability::Process).expect("written");
        remove_leftovers(folder.path()).expect("removed");
        assert_eq!(walk(folder.path()).expect("walked"), [PathBuf::from("x/whole")]);
    }
}
