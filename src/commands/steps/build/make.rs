//! Builds and verifies in one go, for whoever needs no hand-off between the two.

use std::path::Path;

use super::build_all;
use crate::commands::context::Context;
use crate::commands::steps::{Pythons, VerifyClock, refusal, verify_and_import};
use crate::config::Catalog;
use crate::domain::{Attempt, LayerName, Outcome};
use crate::plan::PlannedBuild;
use crate::report::Problem;
use crate::verify::VerifiedArchive;

/// Builds in the folder `dist` and verifies what was built. An archive that does not pass is a failed attempt.
///
/// # Errors
/// When the folder cannot be read, or no wheel could be downloaded at all.
pub async fn make(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    builds: &[PlannedBuild],
    dist: &Path,
) -> anyhow::Result<(Vec<Attempt>, Vec<VerifiedArchive>)> {
    if builds.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut attempts = build_all(context, catalog, pythons, builds, dist).await?;
    // Two runs that do the same record the same, however long they take.
    attempts.iter_mut().for_each(|attempt| attempt.seconds = None);
    let built = builds.iter().zip(&attempts).filter(|(_, attempt)| attempt.outcome == Outcome::Built);
    let names: Vec<String> = built.map(|(build, _)| build.layer.to_string()).collect();
    let mut archives = Vec::new();
    for (name, result) in verify_and_import(context, catalog, pythons, dist, names, &VerifyClock::default()).await? {
        match result {
            Ok(archive) => archives.push(archive),
            Err(problems) => {
                if let Some(failed) = failed_attempt(&name, &problems, builds) {
                    attempts.retain(|attempt| (attempt.runtime, &attempt.package) != (failed.runtime, &failed.package));
                    attempts.push(failed);
                }
            }
        }
    }
    Ok((attempts, archives))
}

/// The failed attempt that an archive with problems amounts to, if it is one of `builds`.
fn failed_attempt(name: &str, problems: &[Problem], builds: &[PlannedBuild]) -> Option<Attempt> {
    let layer: LayerName = name.parse().ok()?;
    let build = builds.iter().find(|build| build.layer == layer)?;
    let outcome = Outcome::Failed(refusal(problems)?);
    Some(Attempt { runtime: build.runtime, package: build.request.normalized(), outcome, held_back: build.held_back.clone(), seconds: None })
}
