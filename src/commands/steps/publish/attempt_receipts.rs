//! What builders said of packages, passed on to the record by who publishes.

use std::path::Path;

use super::good_archives::Archives;
use crate::commands::steps::is_of;
use crate::domain::{Attempt, Failure, Outcome, Prefix, Receipt};
use crate::plan::Plan;
use crate::publish::ReceiptFile;

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

/// What the receipts tell of the same package last.
fn last<'a>(receipts: &'a [Receipt], attempt: &Attempt) -> Option<&'a Attempt> {
    receipts.iter().rev().find_map(|receipt| match receipt {
        Receipt::Attempt(known) if (known.runtime, &known.package) == (attempt.runtime, &attempt.package) => Some(known),
        Receipt::Attempt(_) | Receipt::Archive(_) | Receipt::Published { .. } | Receipt::Orphaned { .. } | Receipt::Failed { .. } => None,
    })
}
