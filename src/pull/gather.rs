//! Brings together what was planned, what builders told, and what archives were found to be.

use super::read::{DEPENDENCIES_MAX, ERRORS_MAX, LAYERS_MAX, NAMED_MAX, WARNINGS_MAX};
use super::{Contents, Finding, HeldBackFrom, Import, LayerOutcome, LayerReport, Line, Listed, Report, SCHEMA, Touched, Why};
use crate::assemble::import_outcome::{Failure as ImportFailure, ImportOutcome, Stage};
use crate::assemble::{ImportRecord, Manifest};
use crate::config::Row;
use crate::domain::{Attempt, Failure, HeldBack, Outcome};
use crate::plan::{Plan, PlannedBuild};
use crate::report::{Problem, Problems, Severity};

/// What came of building.
#[derive(Debug, Default)]
pub struct Made {
    /// What builders told of each layer.
    pub attempts: Vec<Attempt>,
    /// The archives that came, by the names of their files, checked once more, or why they are refused.
    pub archives: Vec<(String, Result<Manifest, Failure>)>,
}

/// The report. Without a plan, what is touched has no result.
///
/// Nothing that was not planned gets into it. Of a planned layer the archive itself counts; what its builder told, when
/// there is none, or when it told of a failure. A layer of which nothing came has no result.
pub fn gather(problems: &Problems, touched: &Touched<'_>, plan: Option<&Plan>, made: &Made) -> Report {
    let mut layers: Vec<LayerReport> = match plan {
        Some(plan) => {
            let built = plan.builds.iter().map(|build| of_build(build, made));
            built.chain(plan.settled.iter().map(|attempt| of_settled(attempt, touched))).collect()
        }
        None => touched.rows.iter().map(|row| of_row(row)).collect(),
    };
    layers.sort_by(|one, other| (&one.package, one.runtime).cmp(&(&other.package, other.runtime)));
    layers.dedup_by(|one, other| (&one.package, one.runtime) == (&other.package, other.runtime));
    layers.truncate(LAYERS_MAX);
    let (errors, warnings): (Vec<Problem>, Vec<Problem>) = problems.sorted().into_iter().partition(|problem| problem.severity == Severity::Error);
    let left_out = plan.map_or(&touched.left_out, |plan| &plan.left_out);
    Report {
        schema: SCHEMA,
        errors: Listed::new(errors.into_iter().map(finding), ERRORS_MAX),
        warnings: Listed::new(warnings.into_iter().map(finding), WARNINGS_MAX),
        layers,
        removed: Listed::new(touched.removed.iter().cloned(), NAMED_MAX),
        left_out: Listed::new(left_out.iter().cloned(), NAMED_MAX),
    }
}

fn finding(problem: Problem) -> Finding {
    Finding {
        code: Line::new(problem.code),
        file: Line::new(&problem.location.file),
        line: problem.location.line,
        message: Line::new(&problem.message),
        help: Line::new(&problem.help),
    }
}

fn of_build(build: &PlannedBuild, made: &Made) -> LayerReport {
    let package = build.request.normalized();
    let told = made.attempts.iter().filter(|attempt| (attempt.runtime, &attempt.package) == (build.runtime, &package));
    let told_failure = told.filter_map(|attempt| failure(&attempt.outcome)).next();
    let mut archives = made.archives.iter().filter(|(name, _)| name == build.layer.as_str()).map(|(_, archive)| archive);
    let outcome = match (told_failure, archives.next()) {
        (Some(failure), _) | (None, Some(Err(failure))) => LayerOutcome::Failed(why(failure)),
        // A share has a layer for itself: who tells of another's is not to be believed, and nobody knows who that is.
        (None, Some(Ok(_))) if archives.next().is_some() => not_planned("more than one machine tells of it"),
        (None, Some(Ok(manifest))) => of_archive(manifest, build),
        (None, None) => LayerOutcome::NoResult,
    };
    LayerReport {
        package,
        runtime: build.runtime,
        spelled: Line::new(&build.request.spelled()),
        version: Some(Line::new(&build.version)),
        held_back: build.held_back.as_ref().map(held_back),
        outcome,
    }
}

/// An archive is that of a build when it has what was planned; else somebody put another in its place.
fn of_archive(manifest: &Manifest, build: &PlannedBuild) -> LayerOutcome {
    let is_the_one = manifest.runtime == build.runtime && manifest.package == build.request.normalized() && manifest.requirements == build.requirements;
    if !is_the_one {
        return not_planned("the archive does not have what was planned");
    }
    let tested = match &manifest.import_test {
        ImportRecord::NotTested { reason } => return good(manifest, Import::NotTested { reason: Line::new(reason) }),
        ImportRecord::Tested { outcome, through_client } => std::iter::once(outcome).chain(through_client),
    };
    let mut import = None;
    for outcome in tested {
        match outcome.as_ref() {
            ImportOutcome::Failed(failure) => return LayerOutcome::Failed(of_import(failure)),
            ImportOutcome::Passed(passed) => import = import.or(Some(passed.seconds.milliseconds())),
        }
    }
    good(manifest, Import::Passed { milliseconds: import.unwrap_or_default() })
}

fn not_planned(reason: &str) -> LayerOutcome {
    LayerOutcome::Failed(Why { code: Line::new("archive-not-planned"), reason: Line::new(reason) })
}

/// What the check says of a failed import, in the same words as there, for when it did not leave them.
fn of_import(failure: &ImportFailure) -> Why {
    let code = match failure.stage {
        Stage::Start | Stage::Import => "import-failed",
        Stage::Smoke => "smoke-failed",
        Stage::Sdk => "sdk-broken",
        Stage::Layer => "layer-written",
    };
    let during = failure.module.as_ref().map(|module| format!("`{module}`: ")).unwrap_or_default();
    Why { code: Line::new(code), reason: Line::new(&format!("{during}{}", failure.reason)) }
}

fn good(manifest: &Manifest, import: Import) -> LayerOutcome {
    let own = format!("{}==", manifest.package);
    let dependencies: Vec<Line<120>> = manifest.requirements.lines().iter().filter(|line| !line.starts_with(&own)).map(|line| Line::new(line)).collect();
    let drift = manifest.drift.as_ref().filter(|drift| !drift.is_empty()).map(|drift| Line::new(&drift.to_string().replace('`', "")));
    LayerOutcome::Good(Box::new(Contents {
        zip_bytes: manifest.zip_bytes,
        unzipped_bytes: manifest.unzipped_bytes,
        dependencies: Listed::new(dependencies.into_iter(), DEPENDENCIES_MAX),
        drift,
        import,
    }))
}

/// What needs no build: mostly, what could not be resolved.
fn of_settled(attempt: &Attempt, touched: &Touched<'_>) -> LayerReport {
    let row = touched.rows.iter().find(|row| (row.runtime, row.request.normalized()) == (attempt.runtime, attempt.package.clone()));
    LayerReport {
        package: attempt.package.clone(),
        runtime: attempt.runtime,
        spelled: Line::new(&row.map_or_else(|| attempt.package.to_string(), |row| row.request.spelled())),
        version: None,
        held_back: attempt.held_back.as_ref().map(held_back),
        outcome: failure(&attempt.outcome).map_or(LayerOutcome::NoResult, |failure| LayerOutcome::Failed(why(failure))),
    }
}

fn of_row(row: &Row) -> LayerReport {
    LayerReport {
        package: row.request.normalized(),
        runtime: row.runtime,
        spelled: Line::new(&row.request.spelled()),
        version: None,
        held_back: None,
        outcome: LayerOutcome::NoResult,
    }
}

fn failure(outcome: &Outcome) -> Option<&Failure> {
    match outcome {
        Outcome::Failed(failure) => Some(failure),
        Outcome::Built | Outcome::Unchanged => None,
    }
}

fn why(failure: &Failure) -> Why {
    Why { code: Line::new(&failure.code), reason: Line::new(&failure.reason) }
}

fn held_back(held: &HeldBack) -> HeldBackFrom {
    HeldBackFrom { newest: Line::new(&held.newest), reason: held.reason }
}
