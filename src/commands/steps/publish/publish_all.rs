//! Publishes verified archives to an account and keeps the receipts; or only looks what that would do.

use std::path::Path;

use super::account::AccountArg;
use super::publishing::{Publishing, Work, options, staging};
use super::readiness;
use crate::commands::context::Context;
use crate::domain::{LayerName, Receipt, RegionCode, printable_path};
use crate::outside::progress::Unit;
use crate::publish::{Preflight, PreviewLine, ReceiptFile, Tally, preflight, preview, publish, read_receipts};
use crate::verify::VerifiedArchive;

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
    let ready = preflight(&account, &work.wanted, &publishing.account.expected(settings)).await?;
    check_receipts(&done, &ready, file)?;
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
    let ready = preflight(&account, &work.wanted, &publishing.account.expected(settings)).await?;
    check_receipts(&done, &ready, file)?;
    let standing = |layer: &LayerName, region: &RegionCode, number: u64| work.standing(layer, region, number);
    let staging = staging(publishing)?;
    let lines = preview(&account, &ready, &work.wanted, &options(context, publishing, staging.as_ref(), &standing, &done)).await;
    Ok((ready, lines))
}

/// What was published to another account is not done here, and the record would mix the two.
fn check_receipts(done: &[Receipt], ready: &Preflight, file: &Path) -> anyhow::Result<()> {
    let accounts = done.iter().filter_map(|receipt| if let Receipt::Archive(archive) = receipt { Some(&archive.account) } else { None });
    let other = ready.identity.as_ref().and_then(|identity| accounts.into_iter().find(|account| **account != identity.account));
    match other {
        Some(account) => {
            anyhow::bail!("`{}` has receipts of the account {account}\nhelp: `klayers record` them first, or name another file with `-o`", printable_path(file))
        }
        None => Ok(()),
    }
}
