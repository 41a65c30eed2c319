//! Bytecode on disk, by the wheel that it is of and by the sources that it was made from.
//!
//! Two steps: from the SHA-256 of a wheel to the digest of its sources, and from there to a zip with
//! a record of it. So the wheels of both architectures share one zip. Whatever is damaged or missing
//! is made again: nothing here is ever the only copy.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::NotCompiled;
use crate::assemble::UNZIPPED_MAX_BYTES;
use crate::assemble::zip_file::{Entry, ZipFile};
use crate::domain::Sha256;
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::outside::python::Interpreter;

/// The folder of all bytecode, below that of klayers.
pub const FOLDER: &str = "bytecode";
/// Goes up when other bytes are made of the same sources: another form of the stream or of the zip.
const FORM: u32 = 1;
const RECORD_MAX_BYTES: u64 = 1 << 20;
/// Most modules without bytecode that are named.
const NAMED_MAX: usize = 100;

/// The bytecode of one interpreter.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    now: SystemTime,
}

/// What is noted beside a zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    zip_sha256: Sha256,
    /// How many modules have no bytecode.
    pub not_compiled_count: usize,
    /// The first of them.
    pub not_compiled: Vec<NotCompiled>,
}

/// A zip that is what its record says.
#[derive(Debug)]
pub struct Stored {
    /// The zip.
    pub zip: ZipFile,
    /// What is in it.
    pub entries: Vec<Entry>,
    /// Its record.
    pub record: Record,
}

impl Record {
    /// The record of a zip.
    pub fn new(zip_sha256: Sha256, mut not_compiled: Vec<NotCompiled>) -> Self {
        let not_compiled_count = not_compiled.len();
        not_compiled.truncate(NAMED_MAX);
        Self { zip_sha256, not_compiled_count, not_compiled }
    }
}

impl Store {
    /// What `interpreter` made, below the folder of klayers, which need not exist.
    pub fn new(cache: &Path, interpreter: &Interpreter, now: SystemTime) -> Self {
        let Interpreter { cache_tag, version, magic, .. } = interpreter;
        let magic = u16::from_le_bytes([magic[0], magic[1]]);
        Self { folder: cache.join(FOLDER).join(format!("{cache_tag}-{version}-{magic}-{FORM}")), now }
    }

    /// The bytecode of a wheel.
    pub fn of_wheel(&self, wheel: Sha256) -> Option<Stored> {
        let path = self.path("wheels", wheel, "txt");
        let digest = String::from_utf8(files::read(&path, 100).ok()?).ok()?.trim_end().parse().ok()?;
        files::touch(&path, self.now);
        self.of_sources(digest)
    }

    /// The bytecode of sources with this digest.
    pub fn of_sources(&self, digest: Sha256) -> Option<Stored> {
        let (record_path, zip_path) = (self.path("sources", digest, "json"), self.path("sources", digest, "zip"));
        let record: Record = serde_json::from_slice(&files::read(&record_path, RECORD_MAX_BYTES).ok()?).ok()?;
        let zip = ZipFile::open(&zip_path).ok()?;
        if zip.sha256().ok()? != record.zip_sha256 {
            return None;
        }
        let entries = zip.entries(UNZIPPED_MAX_BYTES).ok()?;
        files::touch(&record_path, self.now);
        files::touch(&zip_path, self.now);
        Some(Stored { zip, entries, record })
    }

    /// A file to write a zip into.
    ///
    /// # Errors
    /// When there cannot be one.
    pub fn temporary(&self) -> Result<NamedTempFile, OutsideError> {
        files::create_dir(&self.folder)?;
        files::temporary_in(&self.folder)
    }

    /// Keeps a zip with its record.
    ///
    /// # Errors
    /// When the disk will not.
    pub fn keep(&self, digest: Sha256, zip: NamedTempFile, record: &Record) -> Result<(), OutsideError> {
        let path = self.path("sources", digest, "zip");
        files::create_dir(path.parent().expect("it has a folder"))?;
        files::place(zip, &path, Durability::Process)?;
        let record = serde_json::to_vec(record).expect("plain data");
        files::write(&self.path("sources", digest, "json"), &record, Durability::Process)?;
        Ok(())
    }

    /// Keeps what the sources of a wheel are. The caller has seen that the wheel is the one of this SHA-256.
    ///
    /// # Errors
    /// When the disk will not.
    pub fn note(&self, wheel: Sha256, digest: Sha256) -> Result<(), OutsideError> {
        files::write(&self.path("wheels", wheel, "txt"), format!("{digest}\n").as_bytes(), Durability::Process)?;
        Ok(())
    }

    fn path(&self, kind: &str, name: Sha256, extension: &str) -> PathBuf {
        let name = name.to_string();
        self.folder.join(kind).join(&name[..2]).join(format!("{name}.{extension}"))
    }
}
