//! The pages for people: one file per kind of page makes the context of its template.
//!
//! Each kind has a function `put`, which [`site()`](crate::render::site()) calls: it makes a context, plain data, of
//! the view, and gives it with a [`Sheet`](frame::Sheet) to the [`Frame`](frame::Frame), which adds what all pages have
//! and runs the template. What is shown is decided here; how it looks is in `templates/` and `site/static/`. Begin at
//! `home.rs` with `templates/home.html` beside it.
//!
//! Every page is complete without scripts: a script may only make quicker what a page can do. Whatever comes from
//! strangers reaches a page through a template, which escapes it (`templates.rs` sets that up). A page's own address
//! decides how its relative links lead to the top, so the site works below any base. No page asks another host.

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
