//! The site on a host: what each path is served as, upload to S3, the limits of Pages, and a local server that answers
//! as either host does.
//!
//! A [`Target`] is `pages` or `s3://bucket/prefix`. [`read_site`] looks at the folder, [`hash`] reads its files, and a
//! [`SiteFault`] is what a host would not take. For S3, [`difference()`] compares them with what the bucket has
//! ([`Present`]), and [`bring_up_to_date`] carries that out. GitHub Pages takes the folder itself, from a workflow;
//! [`limits_of_pages`] says beforehand whether it
//! [would](https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits). [`probes`] and
//! [`faults`] look afterwards whether it is served. Begin at [`difference()`], then `upload.rs`.
//!
//! Two ideas. What a file is stands in its path alone (`site_path.rs`): its [`Role`] and its [`Wave`]. One description
//! per host says what becomes of it, `objects.rs` for S3, `src/deploy/server/pages.rs` for Pages; uploading and serving
//! both go by them, so they cannot disagree. And files go up in waves, each after what it points at, and nothing is
//! deleted before all is uploaded: whoever looks in the middle of it finds no dead link, and neither does who looks
//! after a run that was killed.
//!
//! Nothing here renders, nothing here changes the folder that it reads, and nothing outside of the prefix is listed,
//! written or deleted, but for what `--configure` sets.

mod content_md5;
mod content_type;
mod difference;
mod fault;
mod object_headers;
mod objects;
mod pages_limits;
pub mod s3;
mod served;
pub mod server;
mod site_folder;
mod site_path;
mod target;
mod upload;

pub use content_md5::Md5;
pub use difference::{Difference, Present, Standing, Upload, difference};
pub use fault::{FaultKind, SiteFault};
pub use object_headers::{Headers, fingerprint};
pub use objects::{Object, objects, too_long_for_s3};
pub use pages_limits::{PAGES_MAX_BYTES, Usage, limits_of_pages};
pub use served::{INDEX, Probe, faults, probes};
pub use site_folder::{HashedFile, Site, SiteFile, hash, read_site};
pub use site_path::{Role, Wave};
pub use target::{Place, Prefix, Target};
pub use upload::{Failure, Tally, bring_up_to_date};
