//! What today's run must build, decided from data alone.
//!
//! Takes the catalogue, the ledger and the resolutions; reads no disk, network or clock. What it
//! returns is one file, `plan.json`, which every later step works from.

mod decide;
mod due;
mod shards;
mod work;

pub use decide::{Effort, Resolved, decide};
pub use due::{Due, due};
pub use shards::share_out;
pub use work::{Plan, PlannedBuild, Reason, Scope, Shard};
