//! `klayers adopt`: the ledger from what the account holds.

use std::path::PathBuf;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use super::steps::{AccountArg, Adopting, Inventory, adoption_summary, known_regions};
use crate::domain::{Prefix, RegionCode};
use crate::ledger::{Affected, Event, LEDGER_DIR, Writer, adoptions};

/// Rebuilds the ledger from what the account holds.
///
/// Adds what the ledger does not know: after it was lost, or for the layers that the original Klayers published. What
/// is in a layer is read from its archive. Only versions that are shared as `klayers.toml` says are taken; the others
/// are named. It may be killed at any moment and started again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where layers live: `aws`, or `local:DIR`.
    #[arg(long, value_name = "ACCOUNT")]
    account: AccountArg,
    /// How the names of the layers begin [default: the prefix of `klayers.toml`].
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<Prefix>,
    /// Only this region. May be given several times [default: all that are not retired].
    #[arg(long = "region", value_name = "REGION")]
    regions: Vec<RegionCode>,
    /// Only looks and says what would be recorded.
    #[arg(long)]
    dry_run: bool,
    /// The ledger, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub async fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let writer = if args.dry_run { None } else { Some(Writer::open(&context.path(&args.ledger))?) };
    let Some((catalog, ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    let regions = known_regions(&catalog, &args.regions)?;
    let adopting = Adopting { catalog: &catalog, prefix: args.prefix.as_ref().unwrap_or(&catalog.settings.prefix) };
    let account = args.account.reader(context, &catalog.settings).await?;
    args.account.check(&account, &catalog.settings, &regions).await?;
    let inventory = Inventory::take(context, &account, adopting, &ledger, &regions).await?;
    let lines = adoptions(inventory.unrecorded);
    if let Some(writer) = writer {
        for (runtime, package, event) in &lines {
            writer.append(*runtime, package, event)?;
        }
        for ((runtime, package), arns) in &inventory.found {
            for affected in Affected::all(context.now, arns) {
                writer.append(*runtime, package, &Event::Found(affected))?;
            }
        }
    }
    context.print(&inventory.problems);
    inventory.notes.iter().for_each(|note| context.say(note));
    context.say(adoption_summary(&lines, inventory.found.values().map(Vec::len).sum()));
    if !args.dry_run && lines.len() + inventory.found.len() > 0 {
        context.say("next: klayers check, then klayers render");
    }
    Ok(if inventory.problems.has_errors() { Outcome::Problems } else { Outcome::Done })
}
