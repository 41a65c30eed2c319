//! Builds and verifies in one go, for a run in one process.

use std::path::Path;

use super::{build_all, refusal, verify_all};
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Attempt, LayerName, Outcome};
use crate::outside::files;
use crate::plan::PlannedBuild;
use crate::report::Problem;
use crate::verify::VerifiedArchive;

/// Builds in the folder `dist`, which is emptied first, and verifies. An archive that does not pass is a
/// failed attempt.
///
/// # Errors
/// When the folder cannot be read or emptied, or no wheel could be downloaded at all.
pub async fn build_and_verify(
    context: &Context,
    catalog: &Catalog,
    builds: &[PlannedBuild],
    dist: &Path,
) -> anyhow::Result<(Vec<Attempt>, Vec<VerifiedArchive>)> {
    files::remove_dir(dist)?;
    if builds.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut attempts = build_all(context, catalog, builds, dist).await?;
    let mut archives = Vec::new();
    for (name, result) in verify_all(context, dist)? {
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
    Some(Attempt { runtime: build.runtime, package: build.request.normalized(), outcome, held_back: build.held_back.clone() })
}
