//! What `klayers audit`, `expire` and `adopt` see in an account, against what is recorded.

mod account_survey;
mod adoption;
mod findings;
mod inventory;
mod listings;
mod removal_counts;

pub use adoption::{Adopting, adoption_summary};
pub use findings::{Findings, Losses};
pub use inventory::Inventory;
pub use listings::Listings;
pub use removal_counts::RemovalCounts;
