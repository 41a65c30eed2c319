//! What building tells of packages, on its way to the record.

use std::path::Path;

use crate::domain::{Attempt, Failure, NormalizedName, Outcome, PackageName, Prefix, Receipt};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::publish::read_receipts;

const START: &str = "attempts-";
const END: &str = ".jsonl";

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

/// The names of the files that builders wrote, sorted.
pub(super) fn attempt_files(dist: &Path) -> Result<Vec<String>, OutsideError> {
    let mut names = files::names(dist)?;
    names.retain(|name| name.starts_with(START) && name.ends_with(END));
    Ok(names)
}

/// Whether an archive is the one that was tried. The layer has the package's own spelling, which the attempt has
/// not; the archive's manifest is not believed.
pub(super) fn is_of(archive: &str, attempt: &Attempt, prefix: &Prefix) -> bool {
    let normalized = |text: &str| -> Option<NormalizedName> { Some(text.parse::<PackageName>().ok()?.normalized()) };
    let package = attempt.package.as_str().parse::<PackageName>().expect("a normalised name is a name");
    let layer = prefix.layer_name(attempt.runtime, &package);
    layer.is_ok_and(|layer| normalized(layer.as_str()).is_some_and(|layer| Some(layer) == normalized(archive)))
}
