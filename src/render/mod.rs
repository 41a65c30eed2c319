//! Pages and API: catalogue, ledger and today's date become files, which go one by one into a [`Sink`]: a folder that
//! is compared or written.
//!
//! [`View::new`] folds the whole ledger once and puts it beside the catalogue; everything is made from that one
//! [`View`]. [`deployments()`] makes the tables that are kept in git, and [`site()`] the website: pages from templates
//! (`src/render/pages/`), version 2 of the API as clients of Klayers call it (`src/render/api_v2.rs`),
//! [version 3](api_v3), and feeds (`src/render/feeds/`). A [`FolderWriter`] is the sink that writes, a [`FolderCheck`]
//! the one that only says what is [stale](Stale), a [`Collector`] keeps files in memory. Begin at [`site()`].
//!
//! Three ideas. Making the files reads no disk, asks no clock, no network and no environment: the same input gives the
//! same bytes, so `--check` can compare, and [`inputs_hash`] and [`Stamp`] can tell without making anything that
//! nothing would change. A site may have hundreds of thousands of files, so none is kept once it is made. And whatever
//! comes from strangers (names, versions, licences) is escaped for the format that it goes into:
//! `src/render/escape.rs`, and `src/render/feeds/words.rs` for feeds.
//!
//! What templates, pages and static files say is given too: [`SiteSources`]. So are the papers that are served:
//! [`PaperStore`] has them by their hash, and none is served whose hash is not in the ledger.
//!
//! Writing touches only what differs, follows no link, and leaves nothing behind that was not put. Nothing here
//! uploads.

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
