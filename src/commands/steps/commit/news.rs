//! What a run has to tell the record: receipts, lines of other ledgers, and what its plan settled.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::commands::context::Context;
use crate::commands::steps::read_plan;
use crate::domain::{Receipt, Sha256, printable_path};
use crate::ledger::{self, Ledger};
use crate::plan::Scope;
use crate::publish::read_receipts;
use crate::report::Problems;

/// The news.
#[derive(Debug, Default)]
pub struct News {
    /// What was tried and published; what was told last of a package holds.
    pub receipts: Vec<Receipt>,
    /// Ledgers that were written to elsewhere.
    pub others: Vec<Ledger>,
    /// When the plan of a whole run was made, if this was one and it came to its end.
    pub whole_run: Option<Timestamp>,
    /// What is wrong with other ledgers, of which nothing is taken then.
    pub problems: Problems,
}

impl News {
    /// Reads what there is. Jobs that did not run left no files, which is told.
    ///
    /// # Errors
    /// When a file cannot be read, or the plan is not the one that was made or only of a proposed change.
    pub fn read(context: &Context, receipts: &[PathBuf], ledgers: &[PathBuf], plan: Option<(&Path, Option<Sha256>)>) -> anyhow::Result<Self> {
        let mut news = Self::default();
        let plan = plan.map(|(path, sha256)| read_plan(path, sha256)).transpose()?;
        anyhow::ensure!(
            plan.as_ref().is_none_or(|plan| plan.scope != Scope::Change),
            "the plan is of a change that is only proposed: nothing of it is recorded\nhelp: name the plan of the run that published"
        );
        news.receipts.extend(plan.iter().flat_map(|plan| plan.settled.iter().cloned().map(Receipt::Attempt)));
        let mut is_told = false;
        for path in receipts {
            if path.exists() {
                let read = read_receipts(path)?;
                is_told |= !read.is_empty();
                news.receipts.extend(read);
            } else {
                context.say(format!("note: there is no `{}`: nothing was published, or its receipts are lost", printable_path(path)));
            }
        }
        // A plan of which nobody built or published anything is not done.
        let is_done = |plan: &&crate::plan::Plan| plan.scope == Scope::Whole && (plan.builds.is_empty() || is_told);
        news.whole_run = plan.as_ref().filter(is_done).map(|plan| plan.at);
        for folder in ledgers {
            if !folder.is_dir() {
                context.say(format!("note: there is no `{}`: nothing was written there", printable_path(folder)));
                continue;
            }
            let loaded = ledger::read(folder, &folder.to_string_lossy())?;
            if !loaded.problems.has_errors() {
                news.others.push(loaded.ledger);
            }
            news.problems.extend(loaded.problems);
        }
        Ok(news)
    }
}
