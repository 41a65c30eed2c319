//! One writer at a time: a file that the system locks for as long as the process lives.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

use rustix::fs::OFlags;

use super::{OutsideError, files};

/// How often a lock is tried, and how long after each other: half a second in all.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(50);

/// Held until dropped, or until the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says who has it. A holder that was just killed gets a moment to be gone.
    ///
    /// # Errors
    /// [`OutsideError::Locked`] when another process goes on holding it.
    pub fn acquire(path: &Path) -> Result<Self, OutsideError> {
        let mut file = open(path)?;
        let mut tries = 1..TRIES;
        loop {
            match file.try_lock() {
                Ok(()) if is_at(&file, path) => break,
                Ok(()) => file = open(path)?,
                Err(std::fs::TryLockError::WouldBlock) if tries.next().is_some() => std::thread::sleep(PAUSE),
                Err(std::fs::TryLockError::WouldBlock) => return Err(locked(path, file)),
                Err(std::fs::TryLockError::Error(source)) => return Err(OutsideError::file("lock", path)(source)),
            }
        }
        // Best effort: the number is only for the message above.
        let _ = file.set_len(0);
        let _ = file.rewind();
        let _ = write!(file, "{}", std::process::id());
        Ok(Self { _file: file })
    }

    /// Takes the lock, waiting for whoever has it. For short work only.
    ///
    /// # Errors
    /// When the file cannot be opened or locked at all.
    pub fn wait(path: &Path) -> Result<Self, OutsideError> {
        loop {
            let file = open(path)?;
            file.lock().map_err(OutsideError::file("lock", path))?;
            if is_at(&file, path) {
                return Ok(Self { _file: file });
            }
        }
    }

    /// Takes the lock of a folder itself, which leaves no file in it, waiting for whoever has it. For short work only.
    ///
    /// # Errors
    /// When the folder cannot be opened.
    pub fn wait_for_folder(folder: &Path) -> Result<Self, OutsideError> {
        let file = File::open(folder).map_err(OutsideError::file("open", folder))?;
        // Some file systems of networks have no locks for folders: who is alone needs none.
        let _ = file.lock();
        Ok(Self { _file: file })
    }
}

/// Whether a file that was waited for is still the one with this name. Its last holder may have removed it, and then somebody else who
/// makes it anew would not wait for us.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(locked), Ok(there)) => (locked.dev(), locked.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

fn locked(path: &Path, file: File) -> OutsideError {
    let mut holder = String::new();
    let _ = file.take(20).read_to_string(&mut holder);
    let is_number = !holder.is_empty() && holder.bytes().all(|byte| byte.is_ascii_digit());
    let holder = if is_number { format!(" (process {holder})") } else { String::new() };
    OutsideError::Locked { path: path.to_owned(), holder }
}

fn open(path: &Path) -> Result<File, OutsideError> {
    if let Some(folder) = path.parent() {
        files::create_dir(folder)?;
    }
    // A link is not followed: the number of the process would be written over what it leads to.
    let no_link = i32::try_from(OFlags::NOFOLLOW.bits()).expect("flags are few");
    let opened = File::options().read(true).write(true).create(true).truncate(false).custom_flags(no_link).open(path);
    opened.map_err(OutsideError::file("open", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_refused_until_the_first_is_done() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let first = Lock::acquire(&path).expect("free");
        let refused = Lock::acquire(&path).expect_err("taken").to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        drop(first);
        Lock::acquire(&path).expect("free again");
    }

    #[test]
    fn a_lock_that_is_removed_by_each_holder_still_has_one_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..300 {
                        let held = Lock::wait(&path).expect("locked");
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0, "two at once");
                        std::thread::yield_now();
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        files::remove(&path).expect("removed");
                        drop(held);
                    }
                });
            }
        });
    }

    #[test]
    fn what_a_link_leads_to_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let precious = folder.path().join("precious");
        files::write(&precious, b"whole", files::Durability::Process).expect("written");
        std::os::unix::fs::symlink(&precious, folder.path().join("lock")).expect("linked");
        Lock::acquire(&folder.path().join("lock")).expect_err("a link");
        assert_eq!(files::read(&precious, 9).expect("read"), b"whole");
    }
}
