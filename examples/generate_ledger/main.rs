//! Writes the configuration and the ledger of a service that does not exist, of any size and age, for measurements and
//! tests. The lines are made of the library's own types, so they are as `klayers record` and `klayers expire` would
//! write them. The same options give the same bytes. Never touches an account.

mod chance;
mod ledger;
mod lock;
mod month;
mod service;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Parser as _;
use jiff::ToSpan as _;
use jiff::civil::Date;
use ledger::Changing;
use service::Size;

/// Generates a service.
#[derive(Debug, clap::Parser)]
struct Options {
    /// Chance.
    #[arg(long, global = true, default_value_t = 0)]
    seed: u64,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Configuration, and the runs of some months.
    New {
        root: PathBuf,
        #[arg(long, default_value_t = 130)]
        packages: usize,
        #[arg(long, default_value_t = 8)]
        runtimes: usize,
        #[arg(long, default_value_t = 34)]
        regions: usize,
        /// The day of the first run.
        #[arg(long, default_value = "2024-12-01")]
        first: Date,
        #[arg(long, default_value_t = 24)]
        months: usize,
        /// The share of packages that have a new release in a month.
        #[arg(long, default_value_t = 1.0)]
        changing: f64,
    },
    /// One run more.
    Month {
        root: PathBuf,
        /// Its day, the first of a month.
        day: Date,
        /// The share of packages that have a new release.
        #[arg(long, default_value_t = 1.0, conflicts_with = "only")]
        changing: f64,
        /// So many packages have a new release, and nothing happens to others.
        #[arg(long)]
        only: Option<usize>,
    },
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let (root, days, changing) = match options.command {
        Command::New { root, packages, runtimes, regions, first, months, changing } => {
            service::write_config(&root, Size { packages, runtimes, regions }, options.seed)?;
            let days: Vec<Date> = (0..i64::try_from(months)?).map(|month| first.checked_add(month.months())).collect::<Result<_, _>>()?;
            (root, days, Changing::Share(changing))
        }
        Command::Month { root, day, changing, only } => (root, vec![day], only.map_or(Changing::Share(changing), Changing::Count)),
    };
    run(&root, &days, changing, options.seed)
}

/// Prints what was written as JSON.
fn run(root: &Path, days: &[Date], changing: Changing, seed: u64) -> anyhow::Result<()> {
    let config = klayers::config::read(root)?;
    let catalog = config.catalog.filter(|_| !config.problems.has_errors()).context("the configuration is not right: see `klayers check`")?;
    let written = ledger::run(root, &catalog, days, changing, seed)?;
    let last = days.last().context("no month")?;
    let facts = serde_json::json!({
        "rows": catalog.rows.len(), "events": written.events, "layer_versions": written.layer_versions, "bytes": written.bytes, "last_day": last,
    });
    println!("{facts}");
    Ok(())
}
