//! Archives of a plan, held against it: what was not planned, or is not what was planned, is not published.

use std::path::Path;

use crate::plan::{Plan, PlannedBuild};
use crate::report::{Location, Problem};
use crate::verify::VerifiedArchive;

/// What speaks against publishing `archive`, which is in the folder `dist`, as a part of `plan`.
pub fn unplanned(plan: &Plan, dist: &Path, archive: &VerifiedArchive) -> Option<Problem> {
    let manifest = archive.manifest();
    let problem = |message: String| {
        let file = dist.join(format!("{}.zip", manifest.layer)).display().to_string();
        Problem::new(Location::file(file), "archive-not-planned", message, "build it again from the plan: nothing else goes with it")
    };
    let Some(build) = plan.builds.iter().find(|build| build.layer == manifest.layer) else {
        return Some(problem(format!("the plan has no layer `{}`", manifest.layer)));
    };
    let PlannedBuild { runtime, request, version, requirements, lock, .. } = build;
    let differences = [
        (manifest.runtime != *runtime, "runtime"),
        (manifest.package != request.normalized() || manifest.spelled != request.spelled(), "package"),
        (manifest.version != *version, "version"),
        (manifest.requirements != *requirements, "requirements"),
        (archive.lock() != lock, "lock"),
    ];
    let different: Vec<&str> = differences.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect();
    (!different.is_empty()).then(|| problem(format!("its {} not what the plan has for `{}`", is_or_are(&different), manifest.layer)))
}

fn is_or_are(different: &[&str]) -> String {
    match different {
        [one] => format!("{one} is"),
        many => format!("{} are", many.join(" and ")),
    }
}
