//! Pages that people write in Markdown.
//!
//! A file of `site/content` is filled in with what the catalogue decides, parsed, and put into the frame of all pages. HTML
//! inside the Markdown is passed through. That is safe only because these files are ours, reviewed like code; of what
//! strangers write nothing comes this way, and what is filled in has letters that mean nothing to HTML or Markdown.

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
