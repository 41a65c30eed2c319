//! The stages as commands call them: over many packages at once, with progress, each failure kept
//! beside its package.
//!
//! A folder for each stage, in the order that a package goes through them: [`plan`] says what is to be made,
//! [`build`] makes archives, [`verify`] lets good ones through, [`publish`] puts them into an account, [`commit`](mod@commit) takes what
//! came of it into the record, [`render`] makes tables and site of that, [`deploy`] puts the site on its host; and [`keep`]
//! looks after what is in the account. What holds for one package is in the modules of the library; here is what holds for
//! many of them: how many at once, in which order, what one failure means for the others.
//!
//! What becomes of a package is an [`Attempt`](crate::domain::Attempt), whether it went well or not, and goes to the record
//! as such: a failure is data until somebody has to be told. Begin at [`make()`], which builds and verifies in one go.

mod build;
mod commit;
mod deploy;
mod keep;
mod plan;
mod publish;
mod render;
mod verify;

pub use build::{
    BuiltByName, ByName, Checked, Failures, build_all, build_by_name, fetch, is_of, make, note_checks, read_attempts, tell_failures, whole_seconds,
    write_attempts,
};
pub use commit::{Branch, News, commit, record_or_report};
pub use deploy::{SiteUpload, as_problem, served};
pub use keep::{Adopting, Findings, Inventory, Listings, Losses, RemovalCounts, adoption_summary};
pub use plan::{List, Selection, SelectionArgs, known_regions, list, read_plan, resolve_rows, select_regions, switch, value, write_plan};
pub use publish::{AccountArg, Publishing, good_archives, open_regions, pass_on_attempts, paused, preview_all, preview_table, publish_all, readiness_table};
pub use render::{Inputs, Outputs, Renderer, ServedSite, due, gather_from_dist, gather_from_site, keep_papers, remove_half_written, render_all};
pub use verify::{CheckArgs, ImportTestArg, IsolationArg, Pythons, ThroughClient, VerifyClock, refusal, rules, verify_all, verify_and_import};
