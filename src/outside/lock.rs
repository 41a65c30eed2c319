//! One writer at a time: a file that the system locks for as long as the process lives.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

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
                Ok(()) => break,
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
        let file = open(path)?;
        file.lock().map_err(OutsideError::file("lock", path))?;
        Ok(Self { _file: file })
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
    let opened = File::options().read(true).write(true).create(true).truncate(false).open(path);
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
}
