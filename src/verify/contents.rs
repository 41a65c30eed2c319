//! What is in a zip, file by file.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Fault;
use crate::assemble::{Entry, Manifest, UNZIPPED_MAX_BYTES, ZipError, ZipFile, read_record};
use crate::domain::Sha256;

const ROOT: &str = "python/";
/// The list of what is in the layer, which no distribution owns.
const REQUIREMENTS: &str = "python/requirements.txt";
const FIXED_TIME: [u16; 6] = [1980, 1, 1, 0, 0, 0];
/// Most faults that one archive reports: after these, more of the same say nothing new.
const FAULTS_MAX: usize = 20;

/// Everything wrong with the files in `zip`, of which `manifest` speaks.
pub fn faults(zip: &ZipFile, manifest: &Manifest) -> Vec<Fault> {
    let entries = match zip.entries(UNZIPPED_MAX_BYTES) {
        Ok(entries) => entries,
        Err(ZipError::TooLarge { .. }) => return vec![Fault::TooLarge],
        Err(error) => return vec![Fault::Unsafe(error)],
    };
    let mut faults: Vec<Fault> = entries.iter().filter_map(form_fault).collect();
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].path >= pair[1].path) {
        faults.push(Fault::NotReproducible { what: "the order", path: pair[1].path.clone() });
    }
    faults.extend(manifest_fault(zip, &entries, manifest));

    let hashed: Result<Vec<(&str, Sha256)>, ZipError> = entries.par_iter().map(|entry| Ok((entry.path.as_str(), Sha256::of(&zip.inflate(entry)?)))).collect();
    match (hashed, recorded(zip, &entries)) {
        (Ok(hashes), Ok(recorded)) => faults.extend(record_faults(&hashes.into_iter().collect(), &recorded)),
        (Err(error), _) => faults.push(Fault::Unsafe(error)),
        (_, Err(fault)) => faults.push(fault),
    }
    faults.truncate(FAULTS_MAX);
    faults
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
        let text = zip.inflate(entry).map_err(Fault::Unsafe)?;
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

fn record_faults(hashes: &BTreeMap<&str, Sha256>, recorded: &BTreeMap<String, Sha256>) -> Vec<Fault> {
    let of_files = hashes.iter().filter(|(path, _)| !is_record(path) && **path != REQUIREMENTS).filter_map(|(path, hash)| match recorded.get(*path) {
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
