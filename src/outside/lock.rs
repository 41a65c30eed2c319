//! One writer at a time: a file that the system locks for as long as the process lives.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use super::{OutsideError, files};

/// Held until dropped, or until the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says at once who has it.
    ///
    /// # Errors
    /// [`OutsideError::Locked`] when another process holds it.
    pub fn acquire(path: &Path) -> Result<Self, OutsideError> {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.take(20).read_to_string(&mut holder);
                let is_number = !holder.is_empty() && holder.bytes().all(|byte| byte.is_ascii_digit());
                let holder = if is_number { format!(" (process {holder})") } else { String::new() };
                return Err(OutsideError::Locked { path: path.to_owned(), holder });
            }
            Err(std::fs::TryLockError::Error(source)) => return Err(OutsideError::file("lock", path)(source)),
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
