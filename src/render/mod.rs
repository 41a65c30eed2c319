//! Pages and API: catalogue, ledger and today's date become a tree of files in memory, which is then
//! compared with a folder or written to it.
//!
//! Making the tree reads no disk, asks no clock, no network and no environment: the same input gives
//! the same bytes. Whatever comes from strangers (names, versions, licences) is escaped for the
//! format that it goes into. Writing touches only what differs, follows no link, and leaves nothing
//! behind that is not in the tree.

mod api_v2;
mod content;
mod deployments;
mod deployments_region;
mod deployments_runtime;
mod error;
mod escape;
mod home_page;
mod inputs;
mod output;
mod region_page;
mod site;
mod sources;
mod stamp;
mod templates;
mod tree;
mod view;

pub use deployments::deployments;
pub use error::RenderError;
pub use inputs::inputs_hash;
pub use output::{Changes, Stale, StaleKind, stale, write};
pub use site::site;
pub use sources::SiteSources;
pub use stamp::Stamp;
pub use tree::Tree;
