//! Publishes verified archives to an account and keeps the receipts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{LayerName, Receipt, RegionCode};
use crate::ledger::{History, Ledger, VersionState};
use crate::outside::progress::Unit;
use crate::publish::local::LocalAccount;
use crate::publish::{Effort, Memory, Options, Patience, Publishable, ReceiptFile, StagingPattern, Standing, Tally, preflight, publish};
use crate::verify::VerifiedArchive;

/// Layers that are published at once, and regions of each. The local account is a disk: more would not be faster.
const LAYERS_AT_ONCE: usize = 4;
const REGIONS_AT_ONCE: usize = 1;
/// Two of the largest archives that travel inline, in base64.
const MEMORY_BYTES: u64 = 2 * 70 << 20;

/// Where layers live, as the command line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountArg {
    /// A folder with the rules of AWS.
    Local(PathBuf),
}

impl FromStr for AccountArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("local:") {
            Some(folder) if !folder.is_empty() => Ok(Self::Local(PathBuf::from(folder))),
            Some(_) | None => Err("an account is `local:DIR`".to_owned()),
        }
    }
}

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
/// When the account or the file cannot be opened or written.
pub async fn publish_all(context: &Context, publishing: &Publishing<'_>, archives: &[VerifiedArchive], file: &Path) -> anyhow::Result<(Tally, Vec<Receipt>)> {
    let Publishing { catalog, ledger, account, regions, effort } = *publishing;
    let AccountArg::Local(folder) = account;
    let account = LocalAccount::open(&context.path(folder), context.now)?;
    let (mut receipts_file, mut receipts) = ReceiptFile::open(file)?;
    let staging: Option<StagingPattern> = catalog.settings.publish.staging_bucket.as_deref().map(str::parse).transpose()?;
    let histories: BTreeMap<&LayerName, History> = archives
        .iter()
        .map(|archive| {
            let manifest = archive.manifest();
            (&manifest.layer, ledger.history(manifest.runtime, &manifest.package, catalog.settings.retention_days))
        })
        .collect();
    let wanted: Vec<Publishable> = archives.iter().map(|archive| Publishable::new(archive.clone(), lacking(archive, &histories, regions, effort))).collect();
    let total = wanted.iter().map(|archive| archive.regions().len() as u64).sum();
    let stage = context.progress.stage("publish", total, Unit::Count("layer versions"));
    let done = receipts.clone();
    let standing =
        |layer: &LayerName, region: &RegionCode, number: u64| histories.get(layer).map_or(Standing::Unrecorded, |history| standing(history, region, number));
    let options = Options {
        now: context.now,
        effort,
        staging: staging.as_ref(),
        sharing: &catalog.settings.publish.sharing,
        memory: Memory::of_bytes(MEMORY_BYTES),
        patience: Patience::NONE,
        layers_at_once: LAYERS_AT_ONCE,
        regions_at_once: REGIONS_AT_ONCE,
        standing: &standing,
        done: &done,
    };
    let mut sink = |receipt: &Receipt| {
        receipts_file.write(receipt)?;
        receipts.push(receipt.clone());
        stage.advance(u64::from(!matches!(receipt, Receipt::Archive(_))));
        Ok(())
    };
    let ready = preflight(&account, &wanted, &catalog.settings.publish.accounts).await?;
    let tally = publish(&account, &ready, &wanted, &options, &mut sink).await?;
    Ok((tally, receipts))
}

/// The regions whose latest version does not have what is in the archive.
fn lacking(archive: &VerifiedArchive, histories: &BTreeMap<&LayerName, History>, regions: &[RegionCode], effort: Effort) -> Vec<RegionCode> {
    let manifest = archive.manifest();
    let history = &histories[&manifest.layer];
    let lacks = |region: &&RegionCode| effort == Effort::Forced || !history.is_current(region, manifest.requirements_sha256);
    regions.iter().filter(lacks).cloned().collect()
}

fn standing(history: &History, region: &RegionCode, number: u64) -> Standing {
    let version = history.regions.get(region).and_then(|versions| versions.iter().find(|version| version.number == number));
    match version.map(|version| version.state) {
        None => Standing::Unrecorded,
        Some(VersionState::Latest) => Standing::Latest,
        Some(VersionState::Deprecated { .. } | VersionState::Yanked { .. } | VersionState::Lost { .. } | VersionState::Deleted { .. }) => Standing::Past,
    }
}
