//! Pull requests: which rows a change touches, and the report of what came of building them.
//!
//! The report is data, written where the code of packages ran and read where a token is: reading it trusts nothing.
//! Only the reader turns it into words, and what strangers wrote is never more than letters in them.

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
pub use words::{COMMENT_MAX_BYTES, markdown};
