//! Files and folders that are not finished: named so that nobody takes them for what they become, and locked by who makes them.
//!
//! The lock tells whether somebody is still at it, in whatever container he runs: numbers of processes are used again, and two
//! containers that share a folder do not see each other's. The system lets go of it when a process ends, however it ends.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::Error;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

use super::folders::{create_dir, make_removable, names, remove, remove_dir, set_mode, walk};
use crate::outside::OutsideError;

/// How the names of half-written files start.
pub const TEMPORARY_PREFIX: &str = ".klayers-tmp-";

/// A folder for a while: gone with all that is in it when this is dropped.
#[derive(Debug)]
pub struct TemporaryDir {
    made: tempfile::TempDir,
    // Behind the folder, so that it is let go of when that is gone.
    _lock: File,
}

impl TemporaryDir {
    /// The path of the folder.
    pub fn path(&self) -> &Path {
        self.made.path()
    }

    /// Lets it be: it has another name now.
    pub fn keep(self) {
        let _ = self.made.keep();
    }
}

/// A new temporary file in `folder`, to be filled and then given to [`place`](super::place).
///
/// # Errors
/// When the folder does not exist or cannot be written to.
pub fn temporary_in(folder: &Path) -> Result<tempfile::NamedTempFile, OutsideError> {
    loop {
        let made =
            named().permissions(Permissions::from_mode(0o666)).tempfile_in(folder).map_err(plain).map_err(OutsideError::file("create a file in", folder))?;
        if hold(made.as_file(), made.path()) {
            return Ok(made);
        }
    }
}

/// A new temporary folder in `folder`, which others may enter, named after this process.
///
/// # Errors
/// When it cannot be made.
pub fn temporary_dir_in(folder: &Path) -> Result<TemporaryDir, OutsideError> {
    create_dir(folder)?;
    let error = || OutsideError::file("create a folder in", folder);
    loop {
        let made = named().permissions(Permissions::from_mode(0o755)).tempdir_in(folder).map_err(plain).map_err(error())?;
        set_mode(made.path(), 0o755);
        match File::open(made.path()) {
            Ok(lock) if hold(&lock, made.path()) => return Ok(TemporaryDir { made, _lock: lock }),
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(error()(source)),
            Ok(_) | Err(_) => {}
        }
    }
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

/// Removes what killed processes left half-written below `folder`, which must be nobody else's.
///
/// # Errors
/// When a folder cannot be read or a file not be removed.
pub fn remove_leftovers(folder: &Path) -> Result<(), OutsideError> {
    for file in walk(folder)?.into_iter().filter(|file| is_temporary(file)) {
        let path = folder.join(file);
        if let Some(_leftover) = leftover(&path) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// Removes the temporary files and folders in `folder` of processes that are gone.
///
/// # Errors
/// When the folder cannot be read. One that cannot be removed stays.
pub fn remove_leftovers_of_the_gone(folder: &Path) -> Result<(), OutsideError> {
    for name in names(folder)?.iter().filter(|name| name.starts_with(TEMPORARY_PREFIX)) {
        let path = folder.join(name);
        if let Some(_leftover) = leftover(&path) {
            make_removable(&path);
            // Another process may be at it too.
            let _ = if path.is_dir() && !path.is_symlink() { remove_dir(&path) } else { remove(&path) };
        }
    }
    Ok(())
}

/// Whether a path is that of a half-written file.
pub fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY_PREFIX))
}

/// What the system said, without the name that nobody knows.
fn plain(error: Error) -> Error {
    let said = error.get_ref().and_then(|with_path| with_path.source()).and_then(|source| source.downcast_ref::<Error>()).and_then(Error::raw_os_error);
    said.map_or(error, Error::from_raw_os_error)
}

fn named() -> tempfile::Builder<'static, 'static> {
    static PREFIX: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| format!("{TEMPORARY_PREFIX}{}-", std::process::id()));
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX.as_str());
    builder
}

/// Takes the lock of what was just made at `path`. Says no when somebody took it for a leftover before that, and removed it.
fn hold(made: &File, path: &Path) -> bool {
    // Where the system has no locks, the number in the name must do.
    let _ = made.lock();
    match (made.metadata(), fs::symlink_metadata(path)) {
        (Ok(made), Ok(there)) => (made.dev(), made.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// What is left of somebody who is gone. Its lock is ours until this is dropped, so that who has made it just now and waits for the lock
/// gets that when it is removed, and not in between.
struct Leftover {
    // None where the system has no locks.
    _lock: Option<File>,
}

/// Takes what is at `path` for a leftover, unless who made it is still at it.
fn leftover(path: &Path) -> Option<Leftover> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = File::options().read(true).custom_flags(i32::try_from(flags.bits()).expect("flags are few")).open(path);
    match opened.map_err(TryLockError::Error).and_then(|file| file.try_lock().map(|()| file)) {
        Ok(file) => Some(Leftover { _lock: Some(file) }),
        Err(TryLockError::WouldBlock) => None,
        Err(TryLockError::Error(_)) => (!is_of_the_living(path)).then_some(Leftover { _lock: None }),
    }
}

/// Whether there is a process with the number in the name.
fn is_of_the_living(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let process = name.strip_prefix(TEMPORARY_PREFIX).and_then(|rest| rest.split_once('-')?.0.parse::<u32>().ok());
    process.is_some_and(|process| Path::new("/proc").join(process.to_string()).exists()) || !Path::new("/proc/self").exists()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::outside::files::{Durability, make_unwritable, write, write_temporary};

    #[test]
    fn temporary_folders_of_the_dead_go_and_those_of_the_living_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = temporary_dir_in(folder.path()).expect("made");
        let file = temporary_in(folder.path()).expect("made");
        // The first number is higher than any process has; the second is that of one that lives, and that did not make this.
        let dead = [4_194_305, std::process::id()].map(|process| folder.path().join(format!(".klayers-tmp-{process}-abc")));
        for dead in &dead {
            create_temporary_dir(dead).expect("made");
            write_temporary(&dead.join("file"), b"x", 0o644).expect("written");
            make_unwritable(dead);
        }
        create_temporary_dir(&folder.path().join("other")).expect("made");
        let elsewhere = folder.path().join("other/kept");
        write_temporary(&elsewhere, b"x", 0o644).expect("written");
        std::os::unix::fs::symlink(folder.path().join("other"), folder.path().join(".klayers-tmp-4194305-link")).expect("linked");
        remove_leftovers_of_the_gone(folder.path()).expect("removed");
        assert!(own.path().exists() && file.path().exists() && elsewhere.exists());
        assert!(!dead.iter().any(|dead| dead.exists()));
        assert!(!folder.path().join(".klayers-tmp-4194305-link").is_symlink());
    }

    #[test]
    fn leftovers_go_and_the_rest_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join("x/.klayers-tmp-abc"), b"half", Durability::Process).expect("written");
        write(&folder.path().join("x/whole"), b"whole", Durability::Process).expect("written");
        let going_on = temporary_in(&folder.path().join("x")).expect("made");
        remove_leftovers(folder.path()).expect("removed");
        assert!(going_on.path().exists());
        drop(going_on);
        assert_eq!(walk(folder.path()).expect("walked"), [PathBuf::from("x/whole")]);
    }

    #[test]
    fn what_is_taken_for_a_leftover_while_it_is_made_is_not_its_makers_before_it_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = named().tempfile_in(folder.path()).expect("made");
        let leftover = leftover(made.path()).expect("nobody holds it yet");
        std::thread::scope(|scope| {
            let held = scope.spawn(|| hold(made.as_file(), made.path()));
            assert!(matches!(made.reopen().expect("opened").try_lock(), Err(TryLockError::WouldBlock)), "the lock is with who removes it");
            remove(made.path()).expect("removed");
            drop(leftover);
            assert!(!held.join().expect("it ends"), "its maker makes another one");
        });
    }

    #[test]
    fn what_many_make_while_others_tidy_up_is_theirs_until_they_let_it_go() {
        let folder = tempfile::tempdir().expect("a folder");
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let dir = temporary_dir_in(folder.path()).expect("made");
                        write_temporary(&dir.path().join("file"), b"x", 0o644).expect("it is still there");
                        let file = temporary_in(folder.path()).expect("made");
                        crate::outside::files::place(file, &folder.path().join("placed"), Durability::Process).expect("it is still there");
                    }
                });
            }
            for _ in 0..2 {
                scope.spawn(|| (0..600).for_each(|_| remove_leftovers_of_the_gone(folder.path()).expect("removed")));
            }
        });
        assert_eq!(names(folder.path()).expect("listed"), ["placed"]);
    }
}
