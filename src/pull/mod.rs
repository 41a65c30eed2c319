//! Pull requests: which rows a change touches, and the report of what came of building them.
//!
//! [`touched()`] compares two catalogues and says which rows to build. Builders build these, in jobs that have no token
//! that could write. [`gather()`] brings together what was planned, what they told and what their archives were found
//! to be: a [`Report`], which [`Report::canonical`] writes. Another job, which has a token and runs no code of
//! packages, reads it ([`read()`]), and makes a comment of it ([`markdown`]) and the status of a commit
//! ([`verdict()`]). Begin at [`Report`].
//!
//! The report is data, written where the code of packages ran and read where a token is: reading it trusts nothing.
//! Every text in it has a greatest length and every list a greatest number of entries; where it comes from is told by
//! GitHub and not by itself ([`Circumstances`]). Only the reader turns it into words, and what strangers wrote is never
//! more than letters in them: [`code`] is the one way in.
//!
//! Nothing here builds, asks GitHub, or publishes.

mod advice;
mod attempts;
mod change;
mod circumstances;
mod escape;
mod gather;
mod layer_words;
mod line;
mod read;
mod report;
mod touched;
mod verdict;
mod words;

pub use attempts::attempts;
pub use change::{Change, changed_files};
pub use circumstances::{Circumstances, Ending, Run};
pub use escape::code;
pub use gather::{Made, gather};
pub use line::Line;
pub use read::{NoReport, read};
pub use report::{Contents, Finding, HeldBackFrom, Import, LayerOutcome, LayerReport, Listed, Outgone, REPORT_MAX_BYTES, Report, SCHEMA, Why};
pub use touched::{Touched, touched};
pub use verdict::{Standing, Verdict, verdict};
pub use words::markdown;
