//! What today's run must build, decided from data alone.
//!
//! [`decide()`] takes the catalogue, the ledger and what every row was [resolved](Resolved) to, and returns a [`Plan`]:
//! a [`PlannedBuild`] for each layer that some region lacks, with the [`Reason`], the regions and the lock to build
//! from, and an attempt for each row that is settled without building. [`share_out`] then gives each build a [`Shard`],
//! so that machines have about as much to do as each other; their times are those that the ledger remembers. [`due()`]
//! is the other question: should a run start at all?
//!
//! A region lacks a build when its latest version has other requirements than what was resolved; nothing else counts,
//! not dates, not bytes. Two cases are special: what an operator withdrew is not built again until a newer release
//! exists, and a region that was only missed gets what the others have, from the recorded lock, so that the bytes are
//! the same.
//!
//! The plan is one file, `plan.json`, and every later step works from it: what it does not have is not believed,
//! whatever a machine that ran code of packages hands in. Begin at [`decide()`].
//!
//! Nothing here reads a disk, a network or a clock; `now` is a parameter.

mod decide;
mod due;
mod shards;
mod work;

pub use decide::{Effort, Resolved, decide};
pub use due::{Due, due};
pub use shards::share_out;
pub use work::{Plan, PlannedBuild, Reason, Scope, Shard};
