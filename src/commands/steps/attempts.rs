//! What building tells of packages, on its way to the record.

use std::path::Path;

use crate::domain::{Attempt, Failure, NormalizedName, Outcome, PackageName, Prefix, Receipt};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::publish::{ReceiptFile, read_receipts};

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

/// Adds what the builders of `dist` wrote to the receipts in `output`. The packages of archives that were
/// `refused` failed, whatever their builder says.
///
/// # Errors
/// When a file cannot be read or written.
pub fn pass_on_attempts(dist: &Path, output: &Path, prefix: &Prefix, refused: &[(String, Failure)]) -> anyhow::Result<()> {
    let names = files::names(dist)?;
    let (mut file, mut known) = ReceiptFile::open(output)?;
    for name in names.iter().filter(|name| name.starts_with(START) && name.ends_with(END)) {
        for receipt in read_receipts(&dist.join(name))? {
            let Receipt::Attempt(mut attempt) = receipt else { continue };
            if let Some((_, failure)) = refused.iter().find(|(archive, _)| is_of(archive, &attempt, prefix)) {
                attempt.outcome = Outcome::Failed(failure.clone());
            }
            if last(&known, &attempt) != Some(&attempt) {
                let receipt = Receipt::Attempt(attempt);
                file.write(&receipt)?;
                known.push(receipt);
            }
        }
    }
    Ok(())
}

/// Whether an archive is the one that was tried. The layer has the package's own spelling, which the attempt has
/// not; the archive's manifest is not believed.
fn is_of(archive: &str, attempt: &Attempt, prefix: &Prefix) -> bool {
    let normalized = |text: &str| -> Option<NormalizedName> { Some(text.parse::<PackageName>().ok()?.normalized()) };
    let package = attempt.package.as_str().parse::<PackageName>().expect("a normalised name is a name");
    let layer = prefix.layer_name(attempt.runtime, &package);
    layer.is_ok_and(|layer| normalized(layer.as_str()).is_some_and(|layer| Some(layer) == normalized(archive)))
}

/// What the receipts tell of the same package last.
fn last<'a>(receipts: &'a [Receipt], attempt: &Attempt) -> Option<&'a Attempt> {
    receipts.iter().rev().find_map(|receipt| match receipt {
        Receipt::Attempt(known) if (known.runtime, &known.package) == (attempt.runtime, &attempt.package) => Some(known),
        Receipt::Attempt(_) | Receipt::Archive(_) | Receipt::Published { .. } | Receipt::Orphaned { .. } | Receipt::Failed { .. } => None,
    })
}
