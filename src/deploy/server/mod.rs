//! A local server that answers as Pages does, or as a website of S3 does that has what `klayers deploy` uploads.
//!
//! [`serve`] takes a [`LocalSite`], a folder and the path it is served below, and a [`Host`], whose answers to give:
//! `pages.rs` or `website.rs`, which say what each of them does with slashes, types, ranges and what is not there.
//! Begin there. It is for looking at a site before it is deployed, and for tests that hold clients to both hosts.
//!
//! It reads the folder anew for each request, so that what is rendered meanwhile shows. It listens on this machine
//! alone and is not made for visitors.

mod listen;
mod local_site;
mod pages;
mod range;
mod response;
mod website;

pub use listen::serve;
pub use local_site::{Host, LocalSite};
