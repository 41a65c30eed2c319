//! Where rendered files go, one by one as they are made: a whole site never has to fit into memory.

use std::sync::Mutex;

use super::Tree;
use crate::outside::OutsideError;

/// Takes files in any order and from several threads. Each path comes once.
pub trait Sink: Sync {
    /// Takes the file at `path`, which is relative, plain and with `/`.
    ///
    /// # Errors
    /// When it cannot be put where it belongs.
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), OutsideError>;

    /// Takes a file that comes in parts, because it may be too large to be had at once.
    ///
    /// # Errors
    /// As [`Sink::put`].
    fn put_parts(&self, path: &str, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), OutsideError>;
}

/// Keeps every file in memory.
#[derive(Debug, Default)]
pub struct Collector(Mutex<Tree>);

impl Collector {
    /// What was put.
    ///
    /// # Panics
    /// When a thread died while it put something.
    pub fn into_tree(self) -> Tree {
        self.0.into_inner().expect("nobody panicked")
    }
}

impl Sink for Collector {
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), OutsideError> {
        self.0.lock().expect("nobody panicked").insert(path, bytes);
        Ok(())
    }

    fn put_parts(&self, path: &str, parts: &mut dyn Iterator<Item = Vec<u8>>) -> Result<(), OutsideError> {
        self.put(path, &parts.collect::<Vec<_>>().concat())
    }
}
