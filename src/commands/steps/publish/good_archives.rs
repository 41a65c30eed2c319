//! The archives of a folder that may be published, and why the others may not.

use std::collections::BTreeSet;
use std::path::Path;

use super::unplanned::unplanned;
use crate::commands::context::Context;
use crate::commands::steps::{is_of, read_attempts, refusal, rules, verify_all};
use crate::config::Catalog;
use crate::domain::{Attempt, Failure, Need, Outcome};
use crate::plan::Plan;
use crate::report::Problems;
use crate::verify::{VerifiedArchive, names, without_manifest};

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Archives {
    /// The names of all.
    pub names: BTreeSet<String>,
    /// What their builders say.
    pub heard: Vec<Attempt>,
    /// Those that may be published.
    pub good: Vec<VerifiedArchive>,
    /// Those that were looked at here and may not, by name, each with the first thing that speaks against it.
    pub refused: Vec<(String, Failure)>,
    /// All that speaks against them.
    pub problems: Problems,
}

/// Verifies all archives in `dist` that did not fail already, and holds them against `plan` if there is one. `import_test` is
/// whether their builders must have imported them.
///
/// # Errors
/// When the folder cannot be read.
pub fn good_archives(context: &Context, catalog: &Catalog, dist: &Path, plan: Option<&Plan>, import_test: Need) -> anyhow::Result<Archives> {
    let rules = rules(catalog, import_test);
    let mut archives = Archives::default();
    let mut names = names(dist)?;
    archives.names.extend(names.iter().cloned());
    archives.problems = without_manifest(dist, &names)?;
    archives.heard = read_attempts(dist, plan, &mut archives.problems)?;
    let failed: Vec<&Attempt> = archives.heard.iter().filter(|attempt| matches!(attempt.outcome, Outcome::Failed(_))).collect();
    names.retain(|name| !failed.iter().any(|attempt| is_of(name, attempt, &catalog.settings.prefix)));
    let left_out = archives.names.len() - names.len();
    if left_out > 0 {
        context.say(format!("{left_out} archives did not pass where they were built, and are left out"));
    }
    for (name, result) in verify_all(context, &rules, dist, names)? {
        let held = result.and_then(|archive| match plan.and_then(|plan| unplanned(plan, dist, &archive)) {
            Some(problem) => Err(vec![problem]),
            None => Ok(archive),
        });
        match held {
            Ok(archive) => archives.good.push(archive),
            Err(problems) => {
                archives.refused.extend(refusal(&problems).map(|failure| (name, failure)));
                archives.problems.extend(problems);
            }
        }
    }
    Ok(archives)
}
