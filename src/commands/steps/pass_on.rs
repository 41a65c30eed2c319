//! What builders say of packages, heard where archives are published. They ran the code of strangers, so they are heard on what
//! they had to do alone, and what one of them says keeps nothing of the others from being published.

use std::path::Path;

use super::attempts::{attempt_files, is_of};
use super::good_archives::Archives;
use crate::domain::{Attempt, Failure, Outcome, Prefix, Receipt};
use crate::outside::{OutsideError, files};
use crate::plan::Plan;
use crate::publish::{ReceiptFile, read_receipts};
use crate::report::{Location, Problem, Problems};

/// Largest file of a builder that is read: some thousand times that of one for a catalogue in use.
const ATTEMPTS_MAX_BYTES: u64 = 64 << 20;

/// What the builders of `dist` say, of what is in `plan` if there is one. What cannot be understood is a problem.
///
/// # Errors
/// When the folder cannot be read.
pub fn hear(dist: &Path, plan: Option<&Plan>, problems: &mut Problems) -> Result<Vec<Attempt>, OutsideError> {
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

/// Adds what builders said to the receipts in `output`. What was refused failed, whatever its builder says; and so did what was
/// planned and of which nothing came.
///
/// # Errors
/// When the file cannot be read or written.
pub fn pass_on_attempts(output: &Path, prefix: &Prefix, plan: Option<&Plan>, archives: &Archives) -> anyhow::Result<()> {
    let (mut file, mut known) = ReceiptFile::open(output)?;
    let settled = plan.into_iter().flat_map(|plan| plan.settled.iter().cloned());
    let heard = archives.heard.iter().cloned().chain(plan.into_iter().flat_map(|plan| unheard(plan, archives)));
    for attempt in settled.chain(heard.map(|attempt| judged(attempt, prefix, archives))) {
        if last(&known, &attempt) != Some(&attempt) {
            let receipt = Receipt::Attempt(attempt);
            file.write(&receipt)?;
            known.push(receipt);
        }
    }
    Ok(())
}

fn judged(mut attempt: Attempt, prefix: &Prefix, archives: &Archives) -> Attempt {
    if let Some((_, failure)) = archives.refused.iter().find(|(archive, _)| is_of(archive, &attempt, prefix)) {
        attempt.outcome = Outcome::Failed(failure.clone());
    }
    attempt
}

/// What was planned and of which nobody says what is so: it came all the same; or did not, when its machine broke down or its
/// archive was lost on the way.
fn unheard<'a>(plan: &'a Plan, archives: &'a Archives) -> impl Iterator<Item = Attempt> + 'a {
    plan.builds.iter().filter_map(|build| {
        let package = build.request.normalized();
        let heard = archives.heard.iter().rev().find(|heard| heard.runtime == build.runtime && heard.package == package);
        let outcome = match (heard.map(|heard| &heard.outcome), archives.names.contains(build.layer.as_str())) {
            (Some(Outcome::Failed(_)), _) | (Some(Outcome::Built | Outcome::Unchanged), true) => return None,
            (None, true) => Outcome::Built,
            (None | Some(Outcome::Built | Outcome::Unchanged), false) => {
                Outcome::Failed(Failure::new("build-lost", "nothing of it came from the machine that was to build it"))
            }
        };
        Some(Attempt { runtime: build.runtime, package, outcome, held_back: build.held_back.clone(), seconds: None })
    })
}

/// Whether something was to be built. What was settled before, builders only repeat.
fn is_planned(plan: &Plan, attempt: &Attempt) -> bool {
    plan.builds.iter().any(|build| build.runtime == attempt.runtime && build.request.normalized() == attempt.package)
}

/// What the receipts tell of the same package last.
fn last<'a>(receipts: &'a [Receipt], attempt: &Attempt) -> Option<&'a Attempt> {
    receipts.iter().rev().find_map(|receipt| match receipt {
        Receipt::Attempt(known) if (known.runtime, &known.package) == (attempt.runtime, &attempt.package) => Some(known),
        Receipt::Attempt(_) | Receipt::Archive(_) | Receipt::Published { .. } | Receipt::Orphaned { .. } | Receipt::Failed { .. } => None,
    })
}
