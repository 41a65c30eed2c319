//! What the builders of a change left, read as what strangers wrote.

use std::path::{Path, PathBuf};

use crate::assemble::Manifest;
use crate::commands::context::Context;
use crate::commands::steps::{refusal, rules, verify_all};
use crate::config::Catalog;
use crate::domain::{Failure, Need};
use crate::outside::files;
use crate::pull::{Made, attempts};
use crate::verify::names;

/// Largest file of a builder that is read, in bytes.
const FILE_MAX_BYTES: u64 = 16 << 20;
/// Most folders that are looked into: a run has fewer machines.
const FOLDERS_MAX: usize = 300;
/// Most archives of one folder.
const ARCHIVES_MAX: usize = 1000;

/// What is in `dists` and in the folders directly below them. A file that cannot be read tells nothing.
///
/// An archive that is there is checked once more. Of one that is not, its manifest counts, and that no attempt failed.
///
/// # Errors
/// When a folder cannot be read.
pub(super) fn made(context: &Context, catalog: &Catalog, dists: &[PathBuf]) -> anyhow::Result<Made> {
    let mut folders = dists.to_vec();
    for dist in dists {
        folders.extend(files::names(dist)?.into_iter().map(|name| dist.join(name)).filter(|path| path.is_dir()));
    }
    let mut made = Made::default();
    for folder in folders.iter().take(FOLDERS_MAX) {
        let is_of_attempts = |name: &&String| name.starts_with("attempts-") && name.ends_with(".jsonl");
        let read = |name: &String| files::read(&folder.join(name), FILE_MAX_BYTES).ok();
        made.attempts.extend(files::names(folder)?.iter().filter(is_of_attempts).filter_map(read).flat_map(|bytes| attempts(&bytes)));
        made.archives.extend(archives(context, catalog, folder)?);
    }
    Ok(made)
}

fn archives(context: &Context, catalog: &Catalog, folder: &Path) -> anyhow::Result<Vec<(String, Result<Manifest, Failure>)>> {
    let mut all = names(folder)?;
    all.truncate(ARCHIVES_MAX);
    let (there, gone): (Vec<String>, Vec<String>) = all.into_iter().partition(|name| folder.join(format!("{name}.zip")).is_file());
    let mut found = Vec::new();
    // A failed import is told, whether config wants the test or not.
    for (name, result) in verify_all(context, &rules(catalog, Need::IfAvailable), folder, there)? {
        let failure = |problems: Vec<_>| refusal(&problems).unwrap_or_else(|| Failure::new("archive-refused", "it was refused"));
        found.push((name, result.map(|archive| archive.manifest().clone()).map_err(failure)));
    }
    for name in gone {
        let manifest = files::read(&folder.join(format!("{name}.json")), FILE_MAX_BYTES).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let unreadable = || Failure::new("manifest-unreadable", "what its builder says of it cannot be read");
        found.push((name, manifest.ok_or_else(unreadable)));
    }
    Ok(found)
}
