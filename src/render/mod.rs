//! Pages and API: catalogue, ledger and today's date become files, which go one by one into a [`Sink`]: a folder that is
//! compared or written.
//!
//! Making the files reads no disk, asks no clock, no network and no environment: the same input gives
//! the same bytes. Whatever comes from strangers (names, versions, licences) is escaped for the
//! format that it goes into. Writing touches only what differs, follows no link, and leaves nothing
//! behind that is not in the tree.

mod api_v2;
pub mod api_v3;
mod bills;
mod deployments;
mod deployments_behind;
mod deployments_region;
mod deployments_runtime;
mod error;
mod escape;
mod feeds;
mod folder_check;
mod folder_writer;
mod gzip;
mod inputs;
mod links;
mod pages;
mod paper_store;
mod present;
mod schema_words;
mod sink;
mod site;
mod site_links;
mod sources;
mod stamp;
mod totals;
mod tree;
mod view;

pub use deployments::deployments;
pub use error::RenderError;
pub use folder_check::{FolderCheck, Stale, StaleKind};
pub use folder_writer::{Changes, FolderWriter};
pub use inputs::inputs_hash;
pub use paper_store::{PAPER_MAX_BYTES, PaperStore, PapersAtHand};
pub use sink::{Collector, Sink};
pub use site::site;
pub use sources::SiteSources;
pub use stamp::Stamp;
pub use totals::Totals;
pub use tree::Tree;
pub use view::View;
