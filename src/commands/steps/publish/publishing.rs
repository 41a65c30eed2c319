//! What is to be published: which archives where, and how.

use std::collections::BTreeMap;

use super::account::AccountArg;
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{LayerName, Receipt, RegionCode};
use crate::ledger::{History, Ledger, VersionState};
use crate::plan::Plan;
use crate::publish::{Effort, Memory, Options, Publishable, StagingPattern, Standing};
use crate::verify::VerifiedArchive;

/// Two of the largest archives that travel inline, in base64.
const MEMORY_BYTES: u64 = 2 * (70 << 20);

/// Into which account, on top of what.
#[derive(Debug, Clone, Copy)]
pub struct Publishing<'a> {
    /// Whose settings hold.
    pub catalog: &'a Catalog,
    /// What is published already.
    pub ledger: &'a Ledger,
    /// Where layers live.
    pub account: &'a AccountArg,
    /// Where to publish.
    pub regions: &'a [RegionCode],
    /// What was planned, where it was.
    pub plan: Option<&'a Plan>,
    /// Whether also where nothing changed.
    pub effort: Effort,
}

/// The archives that some region lacks, and what the record says of their layers.
pub(super) struct Work {
    pub(super) wanted: Vec<Publishable>,
    histories: BTreeMap<LayerName, History>,
}

impl Work {
    pub(super) fn new(publishing: &Publishing<'_>, archives: &[VerifiedArchive]) -> Self {
        let history = |archive: &VerifiedArchive| {
            let manifest = archive.manifest();
            (manifest.layer.clone(), publishing.ledger.history(manifest.runtime, &manifest.package, publishing.catalog.settings.retention_days))
        };
        let histories: BTreeMap<LayerName, History> = archives.iter().map(history).collect();
        let wanted = archives.iter().map(|archive| Publishable::new(archive.clone(), lacking(archive, &histories, publishing)));
        Self { wanted: wanted.filter(|archive| !archive.regions().is_empty()).collect(), histories }
    }

    pub(super) fn standing(&self, layer: &LayerName, region: &RegionCode, number: u64) -> Standing {
        let version = self.histories.get(layer).and_then(|history| history.version(layer, region, number));
        match version.map(|version| version.state) {
            None => Standing::Unrecorded,
            Some(VersionState::Latest) => Standing::Latest,
            Some(VersionState::Deprecated { .. } | VersionState::Yanked { .. } | VersionState::Lost { .. } | VersionState::Deleted { .. }) => Standing::Past,
        }
    }
}

/// The regions whose latest version does not have what is in the archive.
fn lacking(archive: &VerifiedArchive, histories: &BTreeMap<LayerName, History>, publishing: &Publishing<'_>) -> Vec<RegionCode> {
    let manifest = archive.manifest();
    let history = &histories[&manifest.layer];
    let planned = publishing.plan.and_then(|plan| plan.builds.iter().find(|build| build.layer == manifest.layer));
    let lacks = |region: &&RegionCode| {
        let is_planned = planned.is_none_or(|build| build.regions.contains(region));
        publishing.effort == Effort::Forced || (is_planned && history.lacks(region, manifest.requirements_sha256))
    };
    publishing.regions.iter().filter(lacks).cloned().collect()
}

pub(super) fn staging(publishing: &Publishing<'_>) -> anyhow::Result<Option<StagingPattern>> {
    Ok(publishing.catalog.settings.publish.staging_bucket.as_deref().map(str::parse).transpose()?)
}

pub(super) fn options<'a>(
    context: &Context,
    publishing: &Publishing<'a>,
    staging: Option<&'a StagingPattern>,
    standing: &'a (dyn Fn(&LayerName, &RegionCode, u64) -> Standing + Sync),
    done: &'a [Receipt],
) -> Options<'a> {
    let (layers_at_once, regions_at_once) = publishing.account.at_once();
    Options {
        now: context.now,
        effort: publishing.effort,
        staging,
        sharing: &publishing.catalog.settings.publish.sharing,
        memory: Memory::of_bytes(MEMORY_BYTES),
        patience: publishing.account.patience(),
        layers_at_once,
        regions_at_once,
        standing,
        done,
    }
}
