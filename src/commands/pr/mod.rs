//! `klayers pr`: what a pull request needs, a file for each step.
//!
//! `plan.rs` says what a change asks to build, and `report.rs` what came of it, as data: both run where there is no
//! token that could write. `comment.rs` runs in another workflow, when the first has ended (`event.rs`), with a token
//! and without any code of the change: it reads what builders left as what strangers wrote (`made.rs`) and says it in a
//! comment and a status. Begin at `cli.rs`; what the report is stands in [`crate::pull`].
//!
//! That split is what GitHub
//! [recommends](https://codeql.github.com/codeql-query-help/actions/actions-untrusted-checkout-critical/) for pull
//! requests from forks: what runs their code must hold nothing of value.

mod cli;
mod comment;
mod event;
mod made;
mod plan;
mod report;

pub use cli::{Args, run};
