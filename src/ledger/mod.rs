//! `pipeline/ledger/`: what has been published, as lines that are only ever added.
//!
//! ```text
//! <runtime>/<package>/events.jsonl   an Event in each line, oldest first, in canonical form
//! <runtime>/<package>/pylock.toml    the lock of its newest build
//! <runtime>/status.json              what failed the last time, and since when
//! <runtime>/build-times.json         how long layers took, for plans to share work out
//! last-run.json                      when the whole catalogue was last looked at
//! ```
//!
//! [`read()`] makes a [`Ledger`] of them, or problems. A line is an [`Event`], and a build is one line with its number
//! in every region. [`Ledger::history`] folds the lines of a package into a [`History`]: its [`Build`]s, and for each
//! region the [`LayerVersion`]s with what they are now, a [`VersionState`]. A [`Writer`] holds the lock and adds what
//! receipts tell; [`Adoption`] makes lines of what an account has, [`Chosen`] of what an operator withdraws.
//!
//! Everything rests on folding. Which version is latest, which is deprecated since when, and when it expires follow
//! from the order of the lines and a number of days, so they are worked out and never stored: a record that stored them
//! could contradict itself, and two records that were written to apart could not be [united](Writer::unite). An older
//! version is deprecated from the moment at which the next one was published, and [expires](VersionState::Deprecated)
//! the retention after that; `Lost` and `Yanked` take a version out at once. Begin at [`Event`], then
//! [`History::fold`].
//!
//! No line is ever changed or removed. One writer at a time; a reader never sees half a change. Nothing here asks an
//! account whether it is all true: `klayers audit` does, and writes down what it [finds](AuditStanding).

mod adoption;
mod audited;
mod build_times;
mod clock;
mod event;
#[cfg(test)]
pub(crate) mod example;
mod expired;
mod fingerprint;
mod fold;
mod history;
mod known;
mod last_run;
mod problem;
mod read;
mod record;
mod status;
mod succession;
mod unite;
mod withdraw;

pub use adoption::{Adoption, Unrecorded, adoptions};
pub use audited::{AuditStanding, Audited, Rotation};
pub use build_times::BuildTimes;
pub use clock::WrongClock;
pub use event::{Affected, Event, Published, Unyanked, Yanked};
pub use expired::Expired;
pub use fingerprint::fingerprint;
pub use history::{Build, History, LayerVersion, VersionState};
pub use known::{KnownVersion, KnownVersions};
pub use last_run::last_run;
pub use problem::LedgerProblem;
pub use read::{LEDGER_DIR, Ledger, Loaded, PackageLedger, read};
pub use record::{RecordError, Recorded, Writer};
pub use status::{Status, StatusEntry, StatusState};
pub use withdraw::{Chosen, Named, NotChosen};
