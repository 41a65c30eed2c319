//! A local server that answers as Pages does, or as a website of S3 does that has what `klayers deploy` uploads.
//!
//! It reads the folder anew for each request, so that what is rendered meanwhile shows. It listens on this machine alone
//! and is not made for visitors.

mod listen;
mod local_site;
mod pages;
mod range;
mod response;
mod website;

pub use listen::serve;
pub use local_site::{Host, LocalSite};
