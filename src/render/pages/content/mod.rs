//! Pages that people write in Markdown ([CommonMark](https://spec.commonmark.org/), with tables).
//!
//! A file of `site/content` is filled in with what the catalogue decides ([`Facts`], by `fill.rs`), parsed
//! (`markdown.rs`), and put into the frame of all pages ([`ContentPage`]); [`shelf()`] says where it stands among the
//! others. So a page never has a number that config could change without it. Begin at [`read`].
//!
//! HTML inside the Markdown is passed through. That is safe only because these files are ours, reviewed like code; of
//! what strangers write nothing comes this way, and what is filled in has letters that mean nothing to HTML or
//! Markdown.

mod anchors;
mod example;
mod facts;
mod fill;
mod markdown;
mod page;
mod shelf;

pub use anchors::Anchors;
pub use example::Example;
pub use facts::Facts;
pub use markdown::inline;
pub use page::{ContentPage, read};
pub use shelf::{Shelf, shelf};
