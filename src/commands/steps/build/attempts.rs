//! What building tells of packages, on its way to the record: files beside the archives.
//!
//! Builders ran the code of strangers, so they are heard on what they had to do alone, and what one of them says keeps
//! nothing of the others from being published.

use std::path::Path;

use crate::domain::{Attempt, Failure, NormalizedName, Outcome, PackageName, Prefix, Receipt};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::plan::Plan;
use crate::publish::read_receipts;
use crate::report::{Location, Problem, Problems};

const START: &str = "attempts-";
const END: &str = ".jsonl";
/// Largest file of a builder that is read: some thousand times that of one for a catalogue in use.
const ATTEMPTS_MAX_BYTES: u64 = 64 << 20;

/// Writes what came of each package beside the archives, for the publisher to pass on.
///
/// # Errors
/// When the file cannot be written.
pub fn write_attempts(dist: &Path, shard: u32, attempts: &[Attempt]) -> Result<(), OutsideError> {
    let line = |attempt: &Attempt| serde_json::to_string(&Receipt::Attempt(attempt.clone())).expect("an attempt is plain data") + "\n";
    let text: String = attempts.iter().map(line).collect();
    files::write(&dist.join(format!("{START}{shard}{END}")), text.as_bytes(), Durability::Process).map(|_| ())
}

/// What came of looking at one archive.
#[derive(Debug)]
pub struct Checked<'a> {
    /// Which.
    pub name: &'a str,
    /// How long it took, in whole seconds.
    pub seconds: u64,
    /// Why it is not good, if it is not.
    pub refused: Option<Failure>,
}

/// Notes in what the builders of `dist` wrote what came of their archives.
///
/// # Errors
/// When a file cannot be read or written.
pub fn note_checks(dist: &Path, prefix: &Prefix, checked: &[Checked<'_>]) -> anyhow::Result<()> {
    for name in attempt_files(dist)? {
        let path = dist.join(name);
        let mut text = String::new();
        for mut receipt in read_receipts(&path)? {
            if let Receipt::Attempt(attempt) = &mut receipt
                && let Some(checked) = checked.iter().find(|checked| is_of(checked.name, attempt, prefix))
            {
                if let Some(seconds) = &mut attempt.seconds {
                    seconds.check = checked.seconds;
                }
                if let Some(failure) = &checked.refused {
                    attempt.outcome = Outcome::Failed(failure.clone());
                }
            }
            text += &(serde_json::to_string(&receipt).expect("receipts are plain data") + "\n");
        }
        files::write(&path, text.as_bytes(), Durability::Process)?;
    }
    Ok(())
}

/// What the builders of `dist` say, of what is in `plan` if there is one. What cannot be understood is a problem.
///
/// # Errors
/// When the folder cannot be read.
pub fn read_attempts(dist: &Path, plan: Option<&Plan>, problems: &mut Problems) -> Result<Vec<Attempt>, OutsideError> {
    let mut heard = Vec::new();
    for name in attempt_files(dist)? {
        let path = dist.join(name);
        let is_small = files::size_and_time(&path).is_some_and(|(bytes, _)| bytes <= ATTEMPTS_MAX_BYTES);
        let read = if is_small { read_receipts(&path).map_err(|error| error.to_string()) } else { Err("it is too large".to_owned()) };
        match read {
            Ok(receipts) => heard.extend(receipts.into_iter().filter_map(|receipt| match receipt {
                Receipt::Attempt(attempt) if plan.is_none_or(|plan| is_planned(plan, &attempt)) => Some(attempt),
                Receipt::Attempt(_) | Receipt::Archive(_) | Receipt::Published { .. } | Receipt::Orphaned { .. } | Receipt::Failed { .. } => None,
            })),
            Err(reason) => problems.push(Problem::new(
                Location::file(path.display().to_string()),
                "attempts-unreadable",
                format!("what a builder says cannot be understood: {reason}"),
                "build its share again; archives are looked at all the same",
            )),
        }
    }
    Ok(heard)
}

/// Whether something was to be built. What was settled before, builders only repeat.
fn is_planned(plan: &Plan, attempt: &Attempt) -> bool {
    plan.builds.iter().any(|build| build.runtime == attempt.runtime && build.request.normalized() == attempt.package)
}

/// The names of the files that builders wrote, sorted.
fn attempt_files(dist: &Path) -> Result<Vec<String>, OutsideError> {
    let mut names = files::names(dist)?;
    names.retain(|name| name.starts_with(START) && name.ends_with(END));
    Ok(names)
}

/// Whether an archive is the one that was tried. The layer has the package's own spelling, which the attempt has
/// not; the archive's manifest is not believed.
pub fn is_of(archive: &str, attempt: &Attempt, prefix: &Prefix) -> bool {
    let normalized = |text: &str| -> Option<NormalizedName> { Some(text.parse::<PackageName>().ok()?.normalized()) };
    let package = attempt.package.as_str().parse::<PackageName>().expect("a normalised name is a name");
    let layer = prefix.layer_name(attempt.runtime, &package);
    layer.is_ok_and(|layer| normalized(layer.as_str()).is_some_and(|layer| Some(layer) == normalized(archive)))
}
