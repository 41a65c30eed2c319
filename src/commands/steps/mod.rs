//! The stages as commands call them: over many packages at once, with progress, each failure kept
//! beside its package.

mod account;
mod assemble;
mod assemble_failure;
mod attempts;
mod build_source;
mod by_name;
mod check_args;
mod fetch;
mod findings;
mod import_tests;
mod listings;
mod make;
mod open_regions;
mod package_source;
mod publish;
mod pythons;
mod readiness;
mod render;
mod resolve;
mod runtime_packages;
mod select;
mod source;
mod surroundings;
mod swept;
mod testers;
mod verify;

pub use account::AccountArg;
pub use assemble::build_all;
pub use attempts::{pass_on_attempts, write_attempts};
pub use by_name::{ByName, build_by_name};
pub use check_args::{CheckArgs, IsolationArg};
pub use findings::{Findings, Losses};
pub use import_tests::{ThroughClient, import_all};
pub use listings::Listings;
pub use make::make;
pub use open_regions::open_regions;
pub use publish::{Publishing, preview_all, publish_all};
pub use pythons::Pythons;
pub use readiness::{preview_table, table as readiness_table};
pub use render::{Outputs, remove_half_stamps, render_all, trees};
pub use resolve::resolve_rows;
pub use select::{Selection, select_regions};
pub use swept::Swept;
pub use verify::{refusal, rules, verify_all, verify_and_import};
