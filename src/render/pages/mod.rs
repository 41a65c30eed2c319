//! The pages for people: one file per kind of page makes the context of its template.
//!
//! Every page is complete without scripts. Whatever comes from strangers reaches a page through a template, which
//! escapes it; a page's own address decides how its relative links lead to the top, so the site works below any base.

mod addresses;
pub mod arn;
pub mod choices;
pub mod content;
pub mod docs;
pub mod frame;
pub mod home;
mod import_names;
mod layer_names;
pub mod nothing;
pub mod package;
pub mod reference;
pub mod region;
pub mod request;
pub mod search_index;
pub mod sitemap;
pub mod status;
pub mod templates;
