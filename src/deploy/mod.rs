//! The site on a host: what each path is served as, upload to S3, the limits of Pages, and a local server that
//! answers as either host does.
//!
//! What a file is stands in its path alone (`site_path.rs`). One description per host says what becomes of it:
//! `objects.rs` for S3, `server/pages.rs` for Pages. Uploading and serving both go by them, so they cannot disagree.
//! Nothing here renders, and nothing here changes the folder that it reads.

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
