//! The site to its host, and whether the host serves it.

mod served;
mod upload_site;

pub use served::served;
pub use upload_site::{SiteUpload, as_problem};
