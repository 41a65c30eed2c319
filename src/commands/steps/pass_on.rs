//! What builders say of packages, heard where archives are published.

use std::path::Path;

use super::attempts::{attempt_files, is_of};
use crate::domain::{Attempt, Failure, Outcome, Prefix, Receipt};
use crate::plan::Plan;
use crate::publish::{ReceiptFile, read_receipts};

/// Adds what the builders of `dist` wrote to the receipts in `output`. The packages of archives that were
/// `refused` failed, whatever their builder says. Where there is a `plan`, builders are heard on what it
/// has alone.
///
/// # Errors
/// When a file cannot be read or written.
pub fn pass_on_attempts(dist: &Path, output: &Path, prefix: &Prefix, plan: Option<&Plan>, refused: &[(String, Failure)]) -> anyhow::Result<()> {
    let names = attempt_files(dist)?;
    let (mut file, mut known) = ReceiptFile::open(output)?;
    let mut told: Vec<Receipt> = plan.iter().flat_map(|plan| plan.settled.iter().cloned().map(Receipt::Attempt)).collect();
    for name in &names {
        let of_builder = read_receipts(&dist.join(name))?.into_iter();
        told.extend(of_builder.filter(|receipt| plan.is_none_or(|plan| is_planned(plan, receipt))));
    }
    for receipt in told {
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
    Ok(())
}

/// Those of the archives `names` of which the builders of `dist` say that they failed.
///
/// # Errors
/// When a file cannot be read.
pub fn failed_archives(dist: &Path, prefix: &Prefix, names: &[String]) -> anyhow::Result<Vec<String>> {
    let mut failed = Vec::new();
    for file in attempt_files(dist)? {
        for receipt in read_receipts(&dist.join(file))? {
            if let Receipt::Attempt(attempt) = receipt
                && matches!(attempt.outcome, Outcome::Failed(_))
            {
                failed.extend(names.iter().filter(|name| is_of(name, &attempt, prefix)).cloned());
            }
        }
    }
    Ok(failed)
}

/// Whether something was to be built. What was settled before, builders only repeat.
fn is_planned(plan: &Plan, receipt: &Receipt) -> bool {
    let Receipt::Attempt(attempt) = receipt else { return false };
    plan.builds.iter().any(|build| build.runtime == attempt.runtime && build.request.normalized() == attempt.package)
}

/// What the receipts tell of the same package last.
fn last<'a>(receipts: &'a [Receipt], attempt: &Attempt) -> Option<&'a Attempt> {
    receipts.iter().rev().find_map(|receipt| match receipt {
        Receipt::Attempt(known) if (known.runtime, &known.package) == (attempt.runtime, &attempt.package) => Some(known),
        Receipt::Attempt(_) | Receipt::Archive(_) | Receipt::Published { .. } | Receipt::Orphaned { .. } | Receipt::Failed { .. } => None,
    })
}
