//! Deployments and site, rendered from what is recorded.
//!
//! [`due`] says whether anything changed since the last time, [`render_all()`] writes what differs. What the site serves beside
//! pages, locks and bills of materials, is gathered first.

mod inputs;
mod papers;
mod render_all;

pub use inputs::{Inputs, Outputs, Renderer};
pub use papers::{ServedSite, gather_from_dist, gather_from_site, keep_papers};
pub use render_all::{due, remove_half_written, render_all};
