//! Tells of packages that could not be made: as what ends the command, or as what the others go on without.

use crate::commands::context::Context;
use crate::commands::outcome::Outcome;
use crate::commands::summary;
use crate::config::{CONFIG_DIR, Catalog};
use crate::domain::{Attempt, Outcome as AttemptOutcome};
use crate::outside::terminal;
use crate::report::{Location, Problem, Problems};

/// What a failure of one package means for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failures {
    /// The command ends with it.
    Count,
    /// It is told as a warning, and recorded.
    Allowed,
}

impl Failures {
    /// As the flag says.
    pub fn of(are_allowed: bool) -> Self {
        if are_allowed { Self::Allowed } else { Self::Count }
    }
}

/// Tells of those of `attempts` that failed. What is allowed is shown beside the row of its package.
pub fn tell_failures<'a>(context: &Context, catalog: &Catalog, attempts: impl Iterator<Item = &'a Attempt> + Clone, failures: Failures) -> Outcome {
    match failures {
        Failures::Count => {
            let failures = summary::failures(attempts);
            // What went wrong is said under `--quiet` too.
            failures.iter().for_each(terminal::say);
            if failures.is_empty() { Outcome::Done } else { Outcome::Problems }
        }
        Failures::Allowed => {
            context.print(&attempts.filter_map(|attempt| warning(catalog, attempt)).collect::<Problems>());
            Outcome::Done
        }
    }
}

fn warning(catalog: &Catalog, attempt: &Attempt) -> Option<Problem> {
    let AttemptOutcome::Failed(failure) = &attempt.outcome else { return None };
    let row = catalog.rows.iter().find(|row| row.runtime == attempt.runtime && row.request.normalized() == attempt.package);
    let location = row.map_or_else(|| Location::file(CONFIG_DIR), |row| row.location.clone());
    let message = format!("`{}` for {} was not made: [{}] {}", attempt.package, attempt.runtime, failure.code, failure.reason);
    Some(Problem::new(location, "package-failed", message, "the others go on; it is recorded, and the next run tries it again").into_warning())
}
