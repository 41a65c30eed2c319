//! Publishes verified archives to an account and keeps the receipts; or only looks what that would do.

use std::collections::BTreeMap;
use std::path::Path;

use super::account::AccountArg;
use super::readiness;
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{LayerName, Receipt, RegionCode};
use crate::ledger::{History, Ledger, VersionState};
use crate::outside::progress::Unit;
use crate::publish::{
    Effort, Memory, Options, Preflight, PreviewLine, Publishable, ReceiptFile, StagingPattern, Standing, Tally, preflight, preview, publish, read_receipts,
};
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
    /// Whether also where nothing changed.
    pub effort: Effort,
}

/// Publishes `archives`, each in those of the regions that lack it, and adds to the receipts in `file`.
/// Returns the count and every receipt of the file, those of an earlier, killed run among them.
///
/// # Errors
/// When the account or the file cannot be opened or written, or the account is not the expected one.
pub async fn publish_all(context: &Context, publishing: &Publishing<'_>, archives: &[VerifiedArchive], file: &Path) -> anyhow::Result<(Tally, Vec<Receipt>)> {
    let settings = &publishing.catalog.settings;
    let work = Work::new(publishing, archives);
    let (mut receipts_file, mut receipts) = ReceiptFile::open(file)?;
    let done = receipts.clone();
    let account = publishing.account.writer(context, settings).await?;
    let ready = preflight(&account, &work.wanted, &settings.publish.accounts).await?;
    if *publishing.account == AccountArg::Aws && !work.wanted.is_empty() {
        context.say(readiness::table(&ready));
    }
    let total = work.wanted.iter().map(|archive| archive.regions().len() as u64).sum();
    let stage = context.progress.stage("publish", total, Unit::Count("layer versions"));
    let mut sink = |receipt: &Receipt| {
        receipts_file.write(receipt)?;
        receipts.push(receipt.clone());
        stage.advance(u64::from(!matches!(receipt, Receipt::Archive(_))));
        Ok(())
    };
    let standing = |layer: &LayerName, region: &RegionCode, number: u64| work.standing(layer, region, number);
    let staging = staging(publishing)?;
    let options = options(context, publishing, staging.as_ref(), &standing, &done);
    let tally = publish(&account, &ready, &work.wanted, &options, &mut sink).await?;
    Ok((tally, receipts))
}

/// Looks what [`publish_all`] would do. Nothing that could change anything is made.
///
/// # Errors
/// When the account cannot be opened or is not the expected one, or the receipts of an earlier run cannot be read.
pub async fn preview_all(
    context: &Context,
    publishing: &Publishing<'_>,
    archives: &[VerifiedArchive],
    file: &Path,
) -> anyhow::Result<(Preflight, Vec<PreviewLine>)> {
    let settings = &publishing.catalog.settings;
    let work = Work::new(publishing, archives);
    let done = if file.exists() { read_receipts(file)? } else { Vec::new() };
    let account = publishing.account.reader(context, settings).await?;
    let ready = preflight(&account, &work.wanted, &settings.publish.accounts).await?;
    let standing = |layer: &LayerName, region: &RegionCode, number: u64| work.standing(layer, region, number);
    let staging = staging(publishing)?;
    let lines = preview(&account, &ready, &work.wanted, &options(context, publishing, staging.as_ref(), &standing, &done)).await;
    Ok((ready, lines))
}

/// The archives that some region lacks, and what the record says of their layers.
struct Work {
    wanted: Vec<Publishable>,
    histories: BTreeMap<LayerName, History>,
}

impl Work {
    fn new(publishing: &Publishing<'_>, archives: &[VerifiedArchive]) -> Self {
        let history = |archive: &VerifiedArchive| {
            let manifest = archive.manifest();
            (manifest.layer.clone(), publishing.ledger.history(manifest.runtime, &manifest.package, publishing.catalog.settings.retention_days))
        };
        let histories: BTreeMap<LayerName, History> = archives.iter().map(history).collect();
        let wanted = archives.iter().map(|archive| Publishable::new(archive.clone(), lacking(archive, &histories, publishing)));
        Self { wanted: wanted.filter(|archive| !archive.regions().is_empty()).collect(), histories }
    }

    fn standing(&self, layer: &LayerName, region: &RegionCode, number: u64) -> Standing {
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
    let lacks = |region: &&RegionCode| publishing.effort == Effort::Forced || history.lacks(region, manifest.requirements_sha256);
    publishing.regions.iter().filter(lacks).cloned().collect()
}

fn staging(publishing: &Publishing<'_>) -> anyhow::Result<Option<StagingPattern>> {
    Ok(publishing.catalog.settings.publish.staging_bucket.as_deref().map(str::parse).transpose()?)
}

fn options<'a>(
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
