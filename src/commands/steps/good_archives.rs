//! The archives of a folder that may be published, and why the others may not.

use std::path::Path;

use super::held_to_plan::held_to_plan;
use super::pass_on::failed_archives;
use super::{refusal, rules, verify_all};
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::Failure;
use crate::plan::Plan;
use crate::report::Problems;
use crate::verify::{VerifiedArchive, names};

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Archives {
    /// Those that may be published.
    pub good: Vec<VerifiedArchive>,
    /// The others by name, each with the first thing that speaks against it.
    pub refused: Vec<(String, Failure)>,
    /// All that speaks against them.
    pub problems: Problems,
}

/// Verifies all archives in `dist` that did not fail already, and holds them against `plan` if there is one.
///
/// # Errors
/// When the folder cannot be read.
pub fn good_archives(context: &Context, catalog: &Catalog, dist: &Path, plan: Option<&Plan>) -> anyhow::Result<Archives> {
    let rules = rules(catalog, catalog.settings.build.import_test);
    let mut archives = Archives::default();
    let mut names = names(dist)?;
    let failed = failed_archives(dist, &catalog.settings.prefix, &names)?;
    if !failed.is_empty() {
        names.retain(|name| !failed.contains(name));
        context.say(format!("{} archives did not pass where they were built, and are left out", failed.len()));
    }
    for (name, result) in verify_all(context, &rules, dist, names)? {
        let held = result.and_then(|archive| match plan.and_then(|plan| held_to_plan(plan, dist, &archive)) {
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
