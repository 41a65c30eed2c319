//! What is to be seen in an account: the layers of one prefix that the ledger does not know, or calls lost.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::adoption::Adopting;
use crate::commands::context::Context;
use crate::domain::{Failure, LayerArn, LayerName, RegionCode, RegionState};
use crate::ledger::{KnownVersions, VersionState};
use crate::outside::progress::Unit;
use crate::publish::{FoundVersion, ReadAccount, Survey, survey};
use crate::report::{Location, Problem, Problems};

/// Names that a note gives one by one.
const NAMED_MAX: usize = 5;

/// What was seen.
#[derive(Debug, Default)]
pub struct AccountSurvey {
    /// The versions of interest.
    pub versions: Vec<FoundVersion>,
    /// What could not be looked at.
    pub problems: Problems,
    /// What was passed over.
    pub notes: Vec<String>,
}

impl AccountSurvey {
    /// Looks at `regions` of the account.
    pub async fn of(context: &Context, account: &impl ReadAccount, adopting: Adopting<'_>, known: &KnownVersions, regions: &[RegionCode]) -> Self {
        let odd: Mutex<BTreeSet<LayerName>> = Mutex::default();
        let start = format!("{}-", adopting.prefix);
        let layers = |layer: &LayerName| {
            let is_ours = layer.as_str().starts_with(&start);
            let is_clear = adopting.parts_of(layer).is_some();
            if is_ours && !is_clear {
                odd.lock().unwrap_or_else(PoisonError::into_inner).insert(layer.clone());
            }
            is_ours && is_clear
        };
        let versions = |arn: &LayerArn| known.at(arn).is_none_or(|known| matches!(known.state, VersionState::Lost { .. }));
        let stage = context.progress.stage("look", 0, Unit::Count("layer versions"));
        let sharing = &adopting.catalog.settings.publish.sharing;
        let what = Survey { layers: &layers, versions: &versions, sharing, on_more: &|count| stage.add_total(count as u64), on_each: &|| stage.advance(1) };
        let mut sights = Self::default();
        for (region, surveyed) in survey(account, regions, what).await {
            sights.versions.extend(surveyed.versions);
            let is_active = adopting.catalog.regions.iter().any(|known| known.code == region && known.state == RegionState::Active);
            let problems = surveyed.failures.iter().map(failed);
            // A region to which nothing is published may be silent for long.
            sights.problems.extend(problems.map(|problem| if is_active { problem } else { problem.into_warning() }));
        }
        sights.notes.extend(note(&odd.into_inner().unwrap_or_else(PoisonError::into_inner)));
        sights
    }
}

/// Something that could not be looked at.
pub fn failed(failure: &Failure) -> Problem {
    let message = format!("something could not be looked at: [{}] {}", failure.code, failure.reason);
    Problem::new(Location::file("pipeline/config/regions.csv"), "region-not-surveyed", message, "run `klayers adopt` again; what it adopted stays")
}

fn note(odd: &BTreeSet<LayerName>) -> Option<String> {
    let names: Vec<String> = odd.iter().take(NAMED_MAX).map(|layer| format!("`{layer}`")).collect();
    (!odd.is_empty()).then(|| format!("note: {} layers have names that tell no runtime, such as {}: left alone", odd.len(), names.join(", ")))
}
