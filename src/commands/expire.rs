//! `klayers expire`: deletes what is past its date.

use std::path::PathBuf;

use super::clock::refuse_wrong_clock;
use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::steps::{AccountArg, Listings, RemovalCounts, select_regions};
use crate::domain::{Failure, RecordedVersion, RegionCode};
use crate::ledger::{Affected, Event, Expired, LEDGER_DIR, Writer};
use crate::outside::progress::Unit;
use crate::publish::{Removal, Watch, expire, preview_expire};

/// Deletes layer versions from the account that are past their date, oldest first.
///
/// Only what the ledger owns, what no listing has any more, and what the account still has with the hash that was
/// recorded. Versions that were withdrawn go as long after that as a deprecated one would. Functions that use a
/// deleted version go on with it. It may be killed at any moment and started again. With a clock that the ledger
/// contradicts, nothing is deleted.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where layers live: `aws`, or `local:DIR`.
    #[arg(long, value_name = "ACCOUNT")]
    account: AccountArg,
    /// Deletes at most this many; the next run goes on.
    #[arg(long, value_name = "N", default_value_t = 500)]
    limit: usize,
    /// Deletes all of them.
    #[arg(long, conflicts_with = "limit")]
    no_limit: bool,
    /// What a listing still has waits until that is rendered anew, and is no failure.
    #[arg(long)]
    leave_listed: bool,
    /// Only looks and says what would be deleted.
    #[arg(long)]
    dry_run: bool,
    /// Only this region, which must be active. May be given several times.
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<RegionCode>,
    /// The folder of listings, below the root: what stands there is not deleted.
    #[arg(long, value_name = "DIR", default_value = super::places::DEPLOYMENTS)]
    deployments: PathBuf,
    /// The ledger, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let writer = if args.dry_run { None } else { Some(Writer::open(&context.path(&args.ledger))?) };
    let Some((catalog, ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    refuse_wrong_clock(context, &ledger)?;
    let regions = select_regions(&catalog, &args.regions, None)?;
    let mut listings = Listings::new(context.path(&args.deployments));
    let mut swept = RemovalCounts::default();
    let (mut candidates, mut listed) = (Vec::new(), 0);
    for expired in ledger.expired(context.today(), catalog.settings.retention_days) {
        if regions.contains(&expired.recorded.arn.region) {
            match listings.file_with(expired.runtime, &expired.recorded.arn)? {
                None => candidates.push(expired),
                Some(_) if args.leave_listed => listed += 1,
                Some(file) => swept.note(&expired.recorded.arn.region, &Removal::Left(still_listed(&file))),
            }
        }
    }
    let limit = if args.no_limit { usize::MAX } else { args.limit };
    let later = candidates.split_off(candidates.len().min(limit)).len();
    let stage = context.progress.stage("expire", candidates.len() as u64, Unit::Count("layer versions"));
    let watch = Watch::default();
    let waves = candidates.chunk_by(|a, b| (a.at, a.runtime, &a.package, a.recorded.zip_sha256) == (b.at, b.runtime, &b.package, b.recorded.zip_sha256));
    let settings = &catalog.settings;
    match writer {
        None => {
            let account = args.account.reader(context, settings).await?;
            for wave in waves {
                swept.note_all(wave, &preview_expire(&account, &watch, &versions(wave)).await);
                stage.advance(wave.len() as u64);
            }
        }
        Some(writer) => {
            let account = args.account.writer(context, settings).await?;
            for wave in waves {
                let removals = expire(&account, &watch, &versions(wave)).await;
                swept.note_all(wave, &removals);
                record(&writer, context, wave, &removals)?;
                stage.advance(wave.len() as u64);
            }
        }
    }
    drop(stage);
    context.put(swept.table(if args.dry_run { "to delete" } else { "deleted" }));
    swept.open().iter().for_each(|line| context.say(line));
    if listed > 0 {
        context.say(format!("{listed} more are past their date and still listed: they go when they are not any more"));
    }
    if later > 0 {
        context.say(format!("{later} more are past their date: run it again, or with `--no-limit`"));
    }
    Ok(if swept.is_open() { Outcome::Problems } else { Outcome::Done })
}

/// What is gone is recorded, whoever deleted it: the run that did may have been killed before this line.
fn record(writer: &Writer, context: &Context, wave: &[Expired], removals: &[Removal]) -> anyhow::Result<()> {
    let Some(first) = wave.first() else { return Ok(()) };
    let gone = wave.iter().zip(removals).filter(|(_, removal)| matches!(removal, Removal::Deleted | Removal::Gone));
    for affected in Affected::all(context.now, gone.map(|(expired, _)| &expired.recorded.arn)) {
        writer.append(first.runtime, &first.package, &Event::Deleted(affected))?;
    }
    Ok(())
}

fn versions(wave: &[Expired]) -> Vec<RecordedVersion> {
    wave.iter().map(|expired| expired.recorded.clone()).collect()
}

fn still_listed(file: &str) -> Failure {
    Failure::new("still-listed", format!("it stands in `{file}`: run `klayers render` and publish what it writes, then this again"))
}
