//! `klayers audit`: is everything that is listed there, with the recorded hash, and shared?

use std::num::NonZeroU32;
use std::path::PathBuf;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::steps::{AccountArg, Findings, Losses, known_regions};
use crate::config::Catalog;
use crate::domain::{RecordedVersion, RegionCode};
use crate::ledger::{Affected, Audited, Event, LEDGER_DIR, Rotation, Writer};
use crate::outside::progress::Unit;
use crate::publish::{Health, audit, repair};

/// Looks whether every listed layer version is in the account, with the recorded hash, and shared as it should be.
///
/// A version that is gone is recorded as lost, so that it is no longer listed; it is never published again by
/// itself. One that was lost and is there again is listed again. Exits with 1 when anything is wrong or could not
/// be looked at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where layers live: `aws`, or `local:DIR`.
    #[arg(long, value_name = "ACCOUNT")]
    account: AccountArg,
    /// Adds permissions that are missing, and reads them back.
    #[arg(long)]
    repair: bool,
    /// Looks at the latest versions, and at so much of the older ones that each has its turn once in so many days.
    #[arg(long, value_name = "DAYS", default_value = "1")]
    older_every: NonZeroU32,
    /// Believes that most versions of a region are gone at once.
    #[arg(long)]
    accept_losses: bool,
    /// Only looks: nothing is mended or recorded.
    #[arg(long, conflicts_with = "repair")]
    dry_run: bool,
    /// Only this region. May be given several times.
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<RegionCode>,
    /// The ledger, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let writer = if args.dry_run { None } else { Some(Writer::open(&context.path(&args.ledger))?) };
    let Some((catalog, ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    known_regions(&catalog, &args.regions)?;
    let mut audited = ledger.to_audit(context.today(), catalog.settings.retention_days, Rotation { days: args.older_every });
    audited.retain(|one| args.regions.is_empty() || args.regions.contains(&one.recorded.arn.region));
    let healths = look(args, context, &catalog, &audited).await?;
    let losses = if args.accept_losses { Losses::Accepted } else { Losses::Doubted };
    let Findings { problems, lost, found, repaired, well } = Findings::new(&catalog, &args.ledger, &audited, &healths, losses);
    context.print(&problems);
    if let Some(writer) = writer {
        record(&writer, context, &lost, Event::Lost)?;
        record(&writer, context, &found, Event::Found)?;
    }
    context.say(format!("{} layer versions were looked at: {well} are well, {repaired} were repaired, {} are lost", audited.len(), lost.len()));
    found.iter().for_each(|one| context.say(format!("`{}` was lost and is there again", one.recorded.arn)));
    if !args.dry_run && lost.len() + found.len() > 0 {
        context.say("next: klayers render");
    }
    Ok(if problems.has_errors() { Outcome::Problems } else { Outcome::Done })
}

/// Only a repair opens an account that can be changed.
async fn look(args: &Args, context: &Context, catalog: &Catalog, audited: &[Audited]) -> anyhow::Result<Vec<Health>> {
    let versions: Vec<RecordedVersion> = audited.iter().map(|one| one.recorded.clone()).collect();
    let sharing = &catalog.settings.publish.sharing;
    let stage = context.progress.stage("audit", versions.len() as u64, Unit::Count("layer versions"));
    let on_each = || stage.advance(1);
    if !args.repair {
        return Ok(audit(&args.account.reader(context, &catalog.settings).await?, &versions, sharing, &on_each).await);
    }
    let account = args.account.writer(context, &catalog.settings).await?;
    let mut healths = audit(&account, &versions, sharing, &on_each).await;
    repair(&account, &versions, &mut healths, sharing).await;
    Ok(healths)
}

fn record(writer: &Writer, context: &Context, versions: &[&Audited], event: fn(Affected) -> Event) -> anyhow::Result<()> {
    for of_package in versions.chunk_by(|a, b| (a.runtime, &a.package) == (b.runtime, &b.package)) {
        for affected in Affected::all(context.now, of_package.iter().map(|one| &one.recorded.arn)) {
            writer.append(of_package[0].runtime, &of_package[0].package, &event(affected))?;
        }
    }
    Ok(())
}
