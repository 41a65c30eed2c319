//! The stages as commands call them: over many packages at once, with progress, each failure kept beside its package.
//!
//! A stage works on one thing; a step works on all of them, and is where one package's failure stops being everybody's.
//! In the order of a run: `select.rs` (which rows and regions), `resolve.rs`, `hand_out.rs` (a plan for several
//! machines), `pythons.rs` and `surroundings.rs` (what all builds share), `fetch.rs`, `source.rs`, `assemble.rs`,
//! `testers.rs` and `import_tests.rs`, `verify.rs`, `held_to_plan.rs` and `good_archives.rs` (what may be published of
//! what came from elsewhere), `publish.rs`, `papers.rs`, `render.rs`, `upload_site.rs`, `served.rs`; the files
//! `commit_*.rs` put the record on top of whatever a branch has become. Begin at [`make()`], which builds and verifies
//! in one go.
//!
//! What becomes of a package is an [`Attempt`](crate::domain::Attempt), whether it went well or not, and goes to the
//! record as such: a failure is data until somebody has to be told. Steps hold no rule of their own; an option of
//! several commands is here, so that it is the same in all.

mod account;
mod adoption;
mod assemble;
mod assemble_failure;
mod attempts;
mod build_clock;
mod build_source;
mod by_name;
mod check_args;
mod check_clock;
mod commit_news;
mod commit_push;
mod commit_words;
mod commit_write;
mod fetch;
mod findings;
mod given;
mod good_archives;
mod hand_out;
mod held_to_plan;
mod import_tests;
mod inventory;
mod listings;
mod make;
mod open_regions;
mod package_source;
mod papers;
mod pass_on;
mod publish;
mod publishing;
mod pythons;
mod readiness;
mod render;
mod rendered;
mod resolve;
mod runtime_packages;
mod select;
mod served;
mod sights;
mod source;
mod surroundings;
mod swept;
mod tell_failures;
mod testers;
mod upload_site;
mod verify;

pub use account::AccountArg;
pub use adoption::{Adopting, adoption_summary};
pub use assemble::build_all;
pub use attempts::{Checked, note_checks, write_attempts};
pub use by_name::{ByName, build_by_name};
pub use check_args::{CheckArgs, ImportTestArg, IsolationArg};
pub use check_clock::CheckClock;
pub use commit_news::News;
pub use commit_push::{Branch, commit};
pub use findings::{Findings, Losses};
pub use given::{List, list, switch, value};
pub use good_archives::good_archives;
pub use hand_out::{hand_out, read_plan};
pub use import_tests::{ThroughClient, import_all};
pub use inventory::Inventory;
pub use listings::Listings;
pub use make::make;
pub use open_regions::open_regions;
pub use papers::{ServedSite, gather_from_dist, gather_from_site, keep_papers};
pub use pass_on::pass_on_attempts;
pub use publish::{preview_all, publish_all};
pub use publishing::Publishing;
pub use pythons::Pythons;
pub use readiness::{paused, preview_table, table as readiness_table};
pub use render::{due, remove_half_written, render_all};
pub use rendered::{Outputs, PAPERS, Read, Rendered};
pub use resolve::resolve_rows;
pub use select::{Selection, SelectionArgs, known_regions, select_regions};
pub use served::served;
pub use swept::Swept;
pub use tell_failures::{Failures, tell_failures};
pub use upload_site::{SiteUpload, as_problem};
pub use verify::{refusal, rules, verify_all, verify_and_import};
