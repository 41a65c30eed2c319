//! `klayers yank`: withdraws a build, or takes that back. Writes the ledger and nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::context::Context;
use super::load::load_or_report;
use super::outcome::Outcome;
use crate::domain::{NormalizedName, PackageName, Runtime, one_line};
use crate::ledger::{Chosen, Event, History, LEDGER_DIR, Ledger, Named, Unyanked, Writer, Yanked};

const REASON_MAX_CHARS: usize = 200;

/// Withdraws a build: it is no longer listed, and the one before it is the latest again.
///
/// Writes only the ledger. The layer versions stay in the account, where functions that use them go on; `klayers
/// expire` deletes them when their time is over. The build does not come back by itself; the package's next
/// release does.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The package or bundle, by any spelling of its name.
    #[arg(value_name = "PACKAGE")]
    package: PackageName,
    /// For which runtime, as `p3.13` or `p3.13-arm64`. May be given several times.
    #[arg(short = 'R', long = "runtime", value_name = "RUNTIME", required = true)]
    runtimes: Vec<Runtime>,
    /// Of which version [default: the latest].
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Which build, by the first digits of its requirements hash.
    #[arg(long, value_name = "HASH")]
    build: Option<String>,
    /// Why, on one line, for the record.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, conflicts_with = "undo")]
    reason: String,
    /// Takes a withdrawal back.
    #[arg(long)]
    undo: bool,
    /// The ledger, below the root.
    #[arg(long, value_name = "DIR", default_value = LEDGER_DIR)]
    ledger: PathBuf,
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let writer = Writer::open(&context.path(&args.ledger))?;
    let Some((catalog, mut ledger)) = load_or_report(context, &args.ledger)? else {
        return Ok(Outcome::Problems);
    };
    let package = args.package.normalized();
    let retention_days = catalog.settings.retention_days;
    // All of them before the first line is written.
    let chosen = args.runtimes.iter().map(|&runtime| Ok((runtime, choose(args, &ledger.history(runtime, &package, retention_days), runtime)?)));
    let chosen: BTreeMap<Runtime, Chosen> = chosen.collect::<anyhow::Result<_>>()?;
    let mut written = 0;
    for (runtime, chosen) in chosen {
        if chosen.yanked.is_none() == args.undo {
            context.say(format!("`{}` {chosen} is {} for {runtime} already", args.package, if args.undo { "in use" } else { "withdrawn" }));
            continue;
        }
        let before = ledger.history(runtime, &package, retention_days);
        let event = event(args, context, &chosen);
        writer.append(runtime, &package, &event)?;
        written += 1;
        let after = with(&mut ledger, runtime, &package, event).history(runtime, &package, retention_days);
        let done = if args.undo { "in use again" } else { "withdrawn" };
        context.say(format!("`{}` {chosen} is {done} for {runtime}: {}", args.package, changes(&before, &after)));
    }
    if written > 0 {
        context.say("next: klayers render");
    }
    Ok(Outcome::Done)
}

fn choose(args: &Args, history: &History, runtime: Runtime) -> anyhow::Result<Chosen> {
    let named = Named { version: args.version.clone(), hash_prefix: args.build.clone() };
    let chosen = if args.undo { history.choose_to_unyank(&named) } else { history.choose_to_yank(&named) };
    chosen.map_err(|error| anyhow::anyhow!("`{}` for {runtime}: {error}", args.package))
}

fn event(args: &Args, context: &Context, chosen: &Chosen) -> Event {
    let (at, layer, requirements_sha256) = (context.now, chosen.layer.clone(), chosen.requirements_sha256);
    if args.undo {
        return Event::Unyanked(Unyanked { at, layer, requirements_sha256 });
    }
    Event::Yanked(Yanked { at, layer, requirements_sha256, reason: one_line(&args.reason, REASON_MAX_CHARS) })
}

fn with<'a>(ledger: &'a mut Ledger, runtime: Runtime, package: &NormalizedName, event: Event) -> &'a Ledger {
    ledger.packages.entry((runtime, package.clone())).or_default().events.push(event);
    ledger
}

fn changes(before: &History, after: &History) -> String {
    let change = |(version, regions): (Option<String>, usize)| {
        let regions = if regions == 1 { "1 region".to_owned() } else { format!("{regions} regions") };
        match version {
            Some(version) => format!("{version} is the latest in {regions} now"),
            None => format!("none is left in {regions}"),
        }
    };
    let changes: Vec<String> = after.latest_since(before).into_iter().rev().map(change).collect();
    if changes.is_empty() { "the latest stays as it was".to_owned() } else { changes.join(", ") }
}
