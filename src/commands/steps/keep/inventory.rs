//! Goes through an account for what the ledger does not know.

use std::collections::{BTreeMap, BTreeSet};

use super::account_survey::{AccountSurvey, failed};
use super::adoption::{Adopting, Identified, Source};
use crate::commands::context::Context;
use crate::domain::{LayerArn, NormalizedName, RegionCode, Runtime};
use crate::ledger::{Ledger, Unrecorded};
use crate::outside::files;
use crate::outside::progress::Unit;
use crate::publish::{FoundVersion, ReadAccount, contents};
use crate::report::{Location, Problem, Problems, printable};

/// What an account has beyond the ledger.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Versions that no line tells of.
    pub unrecorded: Vec<Unrecorded>,
    /// Versions that were lost and are there.
    pub found: BTreeMap<(Runtime, NormalizedName), Vec<LayerArn>>,
    /// What is not taken, and what could not be looked at.
    pub problems: Problems,
    /// How many were taken in which way.
    pub notes: Vec<String>,
}

impl Inventory {
    /// Looks at `regions` of the account.
    ///
    /// # Errors
    /// When there is no place for an archive to be looked at.
    pub async fn take(context: &Context, account: &impl ReadAccount, adopting: Adopting<'_>, ledger: &Ledger, regions: &[RegionCode]) -> anyhow::Result<Self> {
        let known = ledger.known_versions(adopting.catalog.settings.retention_days);
        let AccountSurvey { versions, problems, notes } = AccountSurvey::of(context, account, adopting, &known, regions).await;
        let mut inventory = Self { problems, notes, ..Self::default() };
        let mut identified: Vec<Identified<'_>> = Vec::new();
        for found in &versions {
            match known.at(&found.arn) {
                Some(known) if known.zip_sha256 == found.facts.code_sha256 => {
                    inventory.found.entry((known.runtime, known.package.clone())).or_default().push(found.arn.clone());
                }
                Some(_) => inventory.leave(&found.arn, "it was lost, and has another archive than is recorded"),
                None => match adopting.identify(found) {
                    Ok(one) => identified.push(one),
                    Err(reason) => inventory.leave(&found.arn, &reason),
                },
            }
        }
        inventory.read_archives(context, account, identified).await?;
        Ok(inventory)
    }

    async fn read_archives(&mut self, context: &Context, account: &impl ReadAccount, identified: Vec<Identified<'_>>) -> anyhow::Result<()> {
        let found: Vec<&FoundVersion> = identified.iter().map(Identified::found).collect();
        let archives = found.iter().map(|found| found.facts.code_sha256).collect::<BTreeSet<_>>().len();
        let folder = files::temporary_dir_in(&context.cache_dir)?;
        let stage = context.progress.stage("read", archives as u64, Unit::Count("archives"));
        let contents = contents(account, &found, folder.path(), &|| stage.advance(1)).await;
        let mut sources: BTreeMap<Source, usize> = BTreeMap::new();
        for one in identified {
            match &contents[&one.found().facts.code_sha256] {
                Ok(installed) => {
                    let (unrecorded, source) = one.unrecorded(installed);
                    *sources.entry(source).or_default() += 1;
                    self.unrecorded.push(unrecorded);
                }
                Err(failure) => self.problems.push(failed(failure)),
            }
        }
        self.notes.extend(sources.into_iter().filter_map(|(source, count)| note(source, count)));
        Ok(())
    }

    fn leave(&mut self, arn: &LayerArn, reason: &str) {
        let message = format!("`{arn}` is left alone: {}", printable(reason));
        let help = "an unfinished version is finished by the next `klayers publish` of its package";
        self.problems.push(Problem::new(Location::file("pipeline/config/regions.csv"), "layer-not-adopted", message, help).into_warning());
    }
}

fn note(source: Source, count: usize) -> Option<String> {
    match source {
        Source::Both => None,
        Source::Archive => {
            Some(format!("note: {count} layer versions have a hash of another kind, as the original Klayers writes it: what their archives say was taken"))
        }
        Source::Description => Some(format!("note: the archives of {count} layer versions name no distribution: what their descriptions say was taken")),
    }
}
