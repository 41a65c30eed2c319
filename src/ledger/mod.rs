//! `pipeline/ledger/`: what has been published, as lines that are only ever added.
//!
//! Whatever can be derived is derived by folding the lines (latest, deprecated, expiry), so that the
//! record cannot contradict itself. One writer at a time; a reader never sees half a change.

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
pub use fold::{Build, History, LayerVersion, VersionState};
pub use known::{KnownVersion, KnownVersions};
pub use last_run::last_run;
pub use problem::LedgerProblem;
pub use read::{LEDGER_DIR, Ledger, Loaded, PackageLedger, read};
pub use record::{RecordError, Recorded, Writer};
pub use status::{Status, StatusEntry, StatusState};
pub use withdraw::{Chosen, Named, NotChosen};
