//! The bytecode of wheels, made once and kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::compile::compile;
use super::modules::{modules, pyc_path};
use super::pool::Pool;
use super::store::{Record, Store, Stored};
use crate::assemble::UNZIPPED_MAX_BYTES;
use crate::assemble::layout::{LayoutError, WheelFolders};
use crate::assemble::zip_file::{Entry, ZipError, ZipFile};
use crate::assemble::zip_writer::Zip;
use crate::domain::{Pin, Sha256};
use crate::outside::OutsideError;
use crate::outside::python::Interpreter;

/// Makes bytecode with one interpreter, for any number of threads at once.
#[derive(Debug)]
pub struct Compiler {
    pool: Pool,
    store: Store,
    /// Whoever makes the bytecode of these sources holds their lock.
    being_made: Mutex<BTreeMap<Sha256, Arc<Mutex<()>>>>,
}

/// The bytecode of one wheel: a zip on disk whose entries can be copied as they are.
#[derive(Debug)]
pub struct Bytecode {
    zip: ZipFile,
    entries: BTreeMap<String, Entry>,
    cache_tag: String,
    record: Record,
}

/// A module that has no bytecode. Python compiles it when it is imported, if it can.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotCompiled {
    /// Its path in the layer; the root of the layer when all modules of the wheel are meant.
    pub path: String,
    /// Why, in words for people.
    pub reason: String,
}

/// Why there is no bytecode for a wheel at all.
#[derive(Debug, thiserror::Error)]
pub enum BytecodeError {
    /// The wheel is damaged.
    #[error(transparent)]
    Wheel(#[from] ZipError),
    /// The wheel cannot be laid out.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The wheel is not the one that is pinned.
    #[error("it does not have the SHA-256 of the lock")]
    NotThePinned,
    /// The interpreter or the disk failed.
    #[error(transparent)]
    Outside(#[from] OutsideError),
}

impl Compiler {
    /// Compiles with `interpreter` on all cores and keeps what it makes below `cache`, the folder of klayers.
    /// `now` is the time that use is noted with.
    pub fn new(interpreter: Interpreter, cache: &Path, now: SystemTime) -> Self {
        Self::with_threads(interpreter, cache, now, std::thread::available_parallelism().map_or(1, usize::from))
    }

    /// The same on so many cores.
    pub fn with_threads(interpreter: Interpreter, cache: &Path, now: SystemTime, threads: usize) -> Self {
        let store = Store::new(cache, &interpreter, now);
        Self { pool: Pool::new(interpreter, threads), store, being_made: Mutex::default() }
    }

    /// The interpreter that it compiles with.
    pub fn interpreter(&self) -> &Interpreter {
        self.pool.interpreter()
    }

    /// The bytecode of `wheel`, which is that of `pin` and has these entries. Waits while another thread makes the same.
    ///
    /// # Errors
    /// When the wheel is not as it should be, or the interpreter or the disk fails. A module that does not compile is no error.
    ///
    /// # Panics
    /// When another thread panicked while it looked up what is being made.
    pub fn bytecode_of(&self, pin: &Pin, wheel: &ZipFile, entries: &[Entry]) -> Result<Bytecode, BytecodeError> {
        if let Some(stored) = self.store.of_wheel(pin.wheel.sha256) {
            return Ok(self.bytecode(stored));
        }
        let modules = modules(&WheelFolders::find(entries, &pin.name)?, entries)?;
        let digest = digest(wheel, &modules)?;
        // What is noted for this SHA-256 is believed ever after, so it must be this one.
        if wheel.sha256().map_err(|error| ZipError::NotAZip(error.to_string()))? != pin.wheel.sha256 {
            return Err(BytecodeError::NotThePinned);
        }
        let lock = Arc::clone(self.being_made.lock().expect("nobody panics while holding it").entry(digest).or_default());
        // Another thread's panic leaves nothing behind that could be wrong: files are whole or not there.
        let _held = lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (stored, is_lasting) = match self.store.of_sources(digest) {
            Some(stored) => (stored, true),
            None => self.make(digest, wheel, &modules)?,
        };
        if is_lasting {
            self.store.note(pin.wheel.sha256, digest)?;
        }
        Ok(self.bytecode(stored))
    }

    fn make(&self, digest: Sha256, wheel: &ZipFile, modules: &BTreeMap<String, &Entry>) -> Result<(Stored, bool), BytecodeError> {
        let compiled = compile(&self.pool, wheel, modules)?;
        let entries = compiled.zip_entries();
        let zip = Zip::new(&entries).expect("no more entries than a wheel has, no more bytes than a layer may have");
        let mut file = self.store.temporary()?;
        let sha256 = zip.write_to(file.as_file_mut()).map_err(OutsideError::file("write", file.path()))?;
        let zip = ZipFile::open(file.path()).map_err(OutsideError::file("open", file.path()))?;
        let entries = zip.entries(UNZIPPED_MAX_BYTES)?;
        let record = Record::new(sha256, compiled.not_compiled);
        if compiled.is_lasting {
            self.store.keep(digest, file, &record)?;
        }
        Ok((Stored { zip, entries, record }, compiled.is_lasting))
    }

    fn bytecode(&self, stored: Stored) -> Bytecode {
        let entries = stored.entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
        Bytecode { zip: stored.zip, entries, cache_tag: self.interpreter().cache_tag.clone(), record: stored.record }
    }
}

impl Bytecode {
    /// The bytecode of the module at this path in the layer, if it has any. Its own path is where it goes.
    pub fn pyc_of(&self, source_path: &str) -> Option<&Entry> {
        self.entries.get(&pyc_path(source_path, &self.cache_tag)?)
    }

    /// All bytecode, by path in the layer.
    pub fn entries(&self) -> &BTreeMap<String, Entry> {
        &self.entries
    }

    /// The zip that the entries are in.
    pub fn zip(&self) -> &ZipFile {
        &self.zip
    }

    /// The first modules without bytecode, by path.
    pub fn not_compiled(&self) -> &[NotCompiled] {
        &self.record.not_compiled
    }

    /// How many modules have no bytecode.
    pub fn not_compiled_count(&self) -> usize {
        self.record.not_compiled_count
    }
}

/// What the bytecode is made from: paths and contents as they are, not as the wheel says that they are.
fn digest(wheel: &ZipFile, modules: &BTreeMap<String, &Entry>) -> Result<Sha256, ZipError> {
    let hashes: Result<Vec<Sha256>, ZipError> = modules.par_iter().map(|(_, entry)| Ok(Sha256::of(&wheel.inflate(entry)?))).collect();
    let mut hasher = sha2::Sha256::new();
    // Paths have no control characters, so a line is one module.
    for (path, hash) in modules.keys().zip(hashes?) {
        hasher.update(format!("{hash} {path}\n"));
    }
    Ok(Sha256::from_hasher(hasher))
}
