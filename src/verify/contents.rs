//! What is in a zip, file by file.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::bytecode;
use super::elf::{self, ElfFile};
use super::import_test::{OwnFiles, import_names};
use super::{Fault, Rules};
use crate::assemble::{Entry, Manifest, RECORD_MAX_BYTES, UNZIPPED_MAX_BYTES, ZipError, ZipFile, read_record, record_paths};
use crate::domain::{PackageName, PythonMinor, Sha256};

const ROOT: &str = "python/";
/// The list of what is in the layer, which no distribution owns.
const REQUIREMENTS: &str = "python/requirements.txt";
const FIXED_TIME: [u16; 6] = [1980, 1, 1, 0, 0, 0];
/// Most faults that one archive reports: after these, more of the same say nothing new.
const FAULTS_MAX: usize = 20;

/// What looking at every file brought.
#[derive(Debug, Default)]
pub struct Looked {
    /// What is wrong, at most [`FAULTS_MAX`] of it.
    pub faults: Vec<Fault>,
    /// The names that the requested distributions are imported by.
    pub imports: Vec<String>,
}

/// Looks at the files in `zip`, of which `manifest` speaks.
pub fn look(zip: &ZipFile, manifest: &Manifest, rules: &Rules) -> Looked {
    let entries = match zip.entries(UNZIPPED_MAX_BYTES) {
        Ok(entries) => entries,
        Err(ZipError::TooLarge { .. }) => return Looked { faults: vec![Fault::TooLarge], ..Looked::default() },
        Err(error) => return Looked { faults: vec![Fault::Unsafe(error)], ..Looked::default() },
    };
    let mut faults: Vec<Fault> = entries.iter().filter_map(form_fault).collect();
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].path >= pair[1].path) {
        faults.push(Fault::NotReproducible { what: "the order", path: pair[1].path.clone() });
    }
    faults.extend(manifest_fault(zip, &entries, manifest));

    let seen: Result<Vec<Seen<'_>>, ZipError> = entries.par_iter().map(|entry| see(zip, entry, manifest.runtime.python)).collect();
    match (seen, recorded(zip, &entries)) {
        (Ok(seen), Ok(recorded)) => {
            faults.extend(record_faults(&seen.iter().map(|seen| (seen.path, seen.sha256)).collect(), &recorded));
            let of_interest = seen.iter().filter_map(|seen| Some((seen.path, seen.bytecode?))).collect();
            faults.extend(bytecode::faults_of(manifest.runtime.python, &of_interest).into_iter().map(Fault::Bytecode));
            let elf: Vec<ElfFile> = seen.into_iter().filter_map(|seen| seen.elf).collect();
            faults.extend(elf_faults(&elf, manifest, rules));
        }
        (Err(error), _) => faults.push(Fault::Unsafe(error)),
        (_, Err(fault)) => faults.push(fault),
    }
    faults.truncate(FAULTS_MAX);
    Looked { faults, imports: imports(zip, &entries, manifest) }
}

/// What a look at the content of one file tells.
struct Seen<'a> {
    path: &'a str,
    sha256: Sha256,
    elf: Option<ElfFile>,
    bytecode: Option<bytecode::Seen>,
}

fn see<'a>(zip: &ZipFile, entry: &'a Entry, python: PythonMinor) -> Result<Seen<'a>, ZipError> {
    let content = zip.inflate(entry)?;
    Ok(Seen {
        path: &entry.path,
        sha256: Sha256::of(&content),
        elf: elf::read(&entry.path, &content),
        bytecode: bytecode::Seen::of(python, &entry.path, &content),
    })
}

/// A layer without compiled files is at home on every machine.
fn elf_faults(files: &[ElfFile], manifest: &Manifest, rules: &Rules) -> Vec<Fault> {
    match rules.image(manifest.runtime) {
        _ if files.is_empty() => Vec::new(),
        Some(image) => elf::faults(files, &image, &rules.allowed(&manifest.package)).into_iter().map(Fault::Elf).collect(),
        None => vec![Fault::UnknownMachine { runtime: manifest.runtime }],
    }
}

/// The names by which the requested distributions are imported, in their order.
fn imports(zip: &ZipFile, entries: &[Entry], manifest: &Manifest) -> Vec<String> {
    let text = |path: String| {
        let entry = entries.iter().find(|entry| entry.path == path)?;
        Some(String::from_utf8_lossy(&zip.inflate_small(entry, RECORD_MAX_BYTES).ok()?).into_owned())
    };
    let mut names: Vec<String> = Vec::new();
    for entry in entries.iter().filter(|entry| is_record(&entry.path)) {
        let folder = entry.path.trim_end_matches("/RECORD");
        let name = folder.strip_prefix(ROOT).and_then(|folder| folder.strip_suffix(".dist-info")?.rsplit_once('-')?.0.parse::<PackageName>().ok());
        if name.is_some_and(|name| manifest.requested.contains(&name.normalized())) {
            let record = text(entry.path.clone()).unwrap_or_default();
            let paths = record_paths(record.as_bytes());
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let metadata = text(format!("{folder}/METADATA")).unwrap_or_default();
            let top_level = text(format!("{folder}/top_level.txt"));
            names.extend(import_names(&OwnFiles { paths: &paths, metadata: &metadata, top_level: top_level.as_deref() }));
        }
    }
    names
}

/// What is wrong with an entry before its content is looked at.
fn form_fault(entry: &Entry) -> Option<Fault> {
    let path = || entry.path.clone();
    if !entry.path.starts_with(ROOT) {
        Some(Fault::OutsidePython { path: path() })
    } else if !matches!(entry.mode, 0o100_644 | 0o100_755) {
        Some(Fault::NotReproducible { what: "the mode", path: path() })
    } else if entry.modified != FIXED_TIME {
        Some(Fault::NotReproducible { what: "the date", path: path() })
    } else {
        None
    }
}

fn manifest_fault(zip: &ZipFile, entries: &[Entry], manifest: &Manifest) -> Option<Fault> {
    let unzipped: u64 = entries.iter().map(|entry| entry.size).sum();
    let requirements = entries.iter().find(|entry| entry.path == REQUIREMENTS).and_then(|entry| zip.inflate(entry).ok());
    let what = if unzipped != manifest.unzipped_bytes {
        "`unzipped_bytes`"
    } else if entries.len() as u64 != manifest.files {
        "`files`"
    } else if requirements != Some(manifest.requirements.to_string().into_bytes()) {
        "`requirements`"
    } else {
        return None;
    };
    Some(Fault::ManifestWrong { what })
}

/// The hashes of every `RECORD`, by path in the zip. The `RECORD`s themselves have none.
fn recorded(zip: &ZipFile, entries: &[Entry]) -> Result<BTreeMap<String, Sha256>, Fault> {
    let mut all = BTreeMap::new();
    for entry in entries.iter().filter(|entry| is_record(&entry.path)) {
        let text = zip.inflate_small(entry, RECORD_MAX_BYTES).map_err(Fault::Unsafe)?;
        let hashes = read_record(&text).map_err(|_| Fault::RecordMismatch { path: entry.path.clone() })?;
        for (path, hash) in hashes {
            let path = format!("{ROOT}{path}");
            if all.insert(path.clone(), hash).is_some_and(|other| other != hash) {
                return Err(Fault::RecordMismatch { path });
            }
        }
    }
    Ok(all)
}

/// Bytecode may be left out of `RECORD`, as it is made after installing.
/// <https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file>
fn record_faults(hashes: &BTreeMap<&str, Sha256>, recorded: &BTreeMap<String, Sha256>) -> Vec<Fault> {
    let of_files =
        hashes.iter().filter(|(path, _)| !is_record(path) && **path != REQUIREMENTS && !bytecode::is_bytecode(path)).filter_map(|(path, hash)| match recorded
            .get(*path)
        {
            Some(recorded) if recorded == hash => None,
            Some(_) => Some(Fault::RecordMismatch { path: (*path).to_owned() }),
            None => Some(Fault::Unrecorded { path: (*path).to_owned() }),
        });
    let of_records = recorded.keys().filter(|path| !hashes.contains_key(path.as_str())).map(|path| Fault::RecordedButMissing { path: path.clone() });
    of_files.chain(of_records).collect()
}

/// `python/x-1.0.dist-info/RECORD`, and no deeper.
fn is_record(path: &str) -> bool {
    path.strip_prefix(ROOT).and_then(|path| path.split_once('/')).is_some_and(|(folder, file)| folder.ends_with(".dist-info") && file == "RECORD")
}
