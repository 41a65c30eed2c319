//! What goes into a layer: the files of its wheels as one tree, and the bytecode of its modules.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::archive::{AssembleError, BytecodeChoice, Wanted};
use super::bytecode::{Bytecode, BytecodeError};
use super::identity;
use super::layout::ROOT;
use super::manifest::BytecodeRecord;
use super::merge::{Content, LayerFile, merge};
use super::slim::is_left_out;
use super::wheel_files::{Wheel, made_file, new_record};
use super::zip_file::{Entry, ZipFile};
use super::{FileKind, SizedFile, Sizes, UNZIPPED_MAX_BYTES};
use crate::domain::{NormalizedName, Pin, Requirements, Slim};

/// Most modules without bytecode that a manifest names.
const NOT_COMPILED_MAX: usize = 20;

/// What a wheel says of itself.
#[derive(Debug)]
pub struct Papers {
    /// Its `METADATA`.
    pub metadata: String,
    /// The bills of materials that it carries, by name.
    pub sboms: Vec<(String, Vec<u8>)>,
}

/// The tree.
#[derive(Debug)]
pub struct Contents<'a> {
    /// By path.
    pub files: BTreeMap<String, LayerFile<'a>>,
    /// Which of the pins each file is of. Some are of none.
    owners: BTreeMap<String, usize>,
    /// What the wheel of each pin says of itself.
    pub papers: Vec<Papers>,
    /// What a reviewer should know.
    pub warnings: Vec<String>,
    /// The paths of bytecode among the files.
    compiled: BTreeSet<String>,
}

impl<'a> Contents<'a> {
    /// Lays out the wheels of `pins`, which are open and have these entries, on top of each other.
    ///
    /// # Errors
    /// When a wheel cannot be installed safely, or two do not go together.
    pub fn of(wanted: &Wanted<'_>, pins: &[&Pin], wheels: &'a [ZipFile], entries: &'a [Vec<Entry>]) -> Result<Self, AssembleError> {
        let python = wanted.runtime.python;
        let laid_out = pins.iter().zip(wheels.iter().zip(entries)).map(|(pin, (wheel, entries))| {
            let wheel = Wheel::lay_out(pin, wheel, entries, python)?;
            identity::check(pin, &wheel.metadata).map(|()| wheel)
        });
        let (mut distributions, mut records, mut papers, mut warnings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for mut wheel in laid_out.collect::<Result<Vec<_>, _>>()? {
            let left_out = leave_out(&mut wheel, &wanted.settings.slim);
            records.push((wheel.record, wheel.record_is_right && !left_out));
            distributions.push(wheel.distribution);
            papers.push(Papers { metadata: wheel.metadata, sboms: wheel.sboms });
            warnings.extend(wheel.warnings);
        }
        let mut merged = merge(&mut distributions).map_err(AssembleError::Merge)?;
        for (at, (distribution, (record, is_right))) in distributions.iter().zip(&records).enumerate() {
            if !*is_right || !merged.warnings.is_empty() {
                merged.files.insert(record.clone(), made_file(new_record(distribution, record).map_err(AssembleError::Merge)?));
                merged.owners.insert(record.clone(), at);
            }
        }
        warnings.append(&mut merged.warnings);
        Ok(Self { files: merged.files, owners: merged.owners, papers, warnings, compiled: BTreeSet::new() })
    }

    /// Adds the list of what is in the layer, which is no distribution's.
    pub fn add_requirements(&mut self, requirements: &Requirements) {
        let path = format!("{ROOT}/requirements.txt");
        if self.files.insert(path.clone(), made_file(requirements.to_string().into_bytes())).is_some() {
            self.warnings.push(format!("`{path}` of a wheel gave way to the list of what is in the layer"));
        }
        self.owners.remove(&path);
    }

    /// Adds bytecode, which is in the order of the pins, to the modules that are in the layer, unless that would make
    /// the layer too large. Returns what became of it.
    pub fn add_bytecode(&mut self, choice: &BytecodeChoice<'_>, bytecode: &'a [Bytecode], without: &BTreeSet<String>) -> BytecodeRecord {
        let compiler = match choice {
            BytecodeChoice::Omit { reason } => return BytecodeRecord::Omitted { reason: reason.clone() },
            BytecodeChoice::Compile(compiler) => compiler,
        };
        let mut added = Vec::new();
        for (path, &owner) in &self.owners {
            // Of the very wheel whose module is in the layer: another may have one of the same name.
            if let Some(entry) = bytecode[owner].pyc_of(path)
                && !is_below(path, without)
            {
                added.push((owner, entry));
            }
        }
        let before: u64 = self.files.values().map(LayerFile::size).sum();
        let bytes: u64 = added.iter().map(|(_, entry)| entry.size).sum();
        if before + bytes > UNZIPPED_MAX_BYTES {
            let reason = format!("with it the layer would unpack to {} bytes, and AWS takes {UNZIPPED_MAX_BYTES}", before + bytes);
            return BytecodeRecord::Omitted { reason };
        }
        let files = added.len() as u64;
        for (owner, entry) in added {
            let content = Content::Copied { wheel: bytecode[owner].zip(), entry };
            self.files.insert(entry.path.clone(), LayerFile { content, sha256: None, executable: false });
            self.owners.insert(entry.path.clone(), owner);
            self.compiled.insert(entry.path.clone());
        }
        let not_compiled: Vec<_> = bytecode.iter().flat_map(Bytecode::not_compiled).take(NOT_COMPILED_MAX).cloned().collect();
        let not_compiled_count = bytecode.iter().map(Bytecode::not_compiled_count).sum();
        BytecodeRecord::Compiled { python: compiler.interpreter().version.clone(), files, bytes, not_compiled_count, not_compiled }
    }

    /// What takes the room, where `zipped_bytes` tells it of a file.
    pub fn sizes(&self, pins: &[&Pin], zipped_bytes: impl Fn(&str) -> u64) -> Sizes {
        let name = |path: &str| -> Option<&NormalizedName> { Some(&pins[*self.owners.get(path)?].name) };
        Sizes::of(self.files.iter().map(|(path, file)| SizedFile {
            path,
            distribution: name(path),
            bytes: file.size(),
            zipped_bytes: zipped_bytes(path),
            kind: if self.compiled.contains(path) { FileKind::Bytecode } else { FileKind::Source },
        }))
    }
}

/// The bytecode of every wheel, when it is wanted.
///
/// # Errors
/// When a wheel is not as it should be, or the compiler cannot be started.
pub fn compile(choice: &BytecodeChoice<'_>, pins: &[&Pin], wheels: &[ZipFile], entries: &[Vec<Entry>]) -> Result<Vec<Bytecode>, AssembleError> {
    let BytecodeChoice::Compile(compiler) = choice else { return Ok(Vec::new()) };
    let all: Vec<(&&Pin, (&ZipFile, &Vec<Entry>))> = pins.iter().zip(wheels.iter().zip(entries)).collect();
    let failed = |pin: &Pin, source| AssembleError::Bytecode { wheel: pin.wheel.filename.to_string(), source };
    let compiled =
        all.into_par_iter().map(|(pin, (wheel, entries))| compiler.bytecode_of(pin, wheel, entries).map_err(|error: BytecodeError| failed(pin, error)));
    compiled.collect()
}

/// Takes out what settings leave out. Returns whether there was any.
fn leave_out(wheel: &mut Wheel<'_>, slim: &BTreeSet<Slim>) -> bool {
    let files = &mut wheel.distribution.files;
    let before = files.len();
    files.retain(|path, _| !is_left_out(path, slim));
    files.len() < before
}

fn is_below(path: &str, folders: &BTreeSet<String>) -> bool {
    let inside = path.strip_prefix(ROOT).map_or(path, |rest| rest.trim_start_matches('/'));
    folders.iter().any(|folder| inside.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')))
}
