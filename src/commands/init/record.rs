//! Whose the record is that lies in the fork.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::commands::context::Context;
use crate::config::{self, Record, Wishes};
use crate::domain::AccountId;
use crate::ledger::{self, Event, LEDGER_DIR, Ledger};
use crate::outside::files;

/// What people wrote in the folder.
const README: &str = "README.md";

/// Whose the record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Empty,
    /// Layers of the account are in it.
    Own,
    /// It is of another service: its files, below the ledger, and a word about it.
    OfAnother { files: Vec<PathBuf>, told: String },
}

impl Standing {
    /// What is recorded in the account.
    pub fn record(&self) -> Record {
        match self {
            Self::Own => Record::Layers,
            Self::Empty | Self::OfAnother { .. } => Record::Nothing,
        }
    }
}

/// Whose the record is. That of the account is never given up, whatever else is in it.
///
/// # Errors
/// When it cannot be read.
pub fn standing(context: &Context, wishes: &Wishes) -> anyhow::Result<Standing> {
    let folder = context.path(LEDGER_DIR);
    let is_recorded = |path: &PathBuf| path.as_os_str() != README && path.file_name().is_none_or(|name| !name.to_string_lossy().starts_with('.'));
    let files: Vec<PathBuf> = files::walk(&folder)?.into_iter().filter(is_recorded).collect();
    if files.is_empty() {
        return Ok(Standing::Empty);
    }
    let accounts = accounts(&ledger::read(&folder, LEDGER_DIR)?.ledger);
    let settings = config::read(&context.root)?.catalog.map(|catalog| catalog.settings.publish.accounts);
    // Before anything is published there are notes of runs and no layers.
    let is_own =
        accounts.contains(&wishes.account) || accounts.is_empty() && settings.is_some_and(|known| known.values().any(|known| *known == wishes.account));
    if is_own {
        return Ok(Standing::Own);
    }
    let told = match accounts.iter().map(AccountId::to_string).collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "something is recorded that is not of this account".to_owned(),
        names => format!("layers of the account {names} are recorded"),
    };
    Ok(Standing::OfAnother { files, told })
}

/// The accounts that layers were published to.
fn accounts(ledger: &Ledger) -> BTreeSet<AccountId> {
    let events = ledger.packages.values().flat_map(|package| &package.events);
    events.filter_map(Event::publication).map(|published| published.account.clone()).collect()
}
