//! The reference of the API, made of the OpenAPI document that programs read, so that the two cannot disagree.
//!
//! `page.rs` goes through [`openapi()`](crate::render::api_v3::openapi()) as anybody's program would: `operation.rs`
//! makes an address of it, `shape.rs` a table of fields, `form.rs` the words for what a value looks like. So what the
//! page cannot show, the document lacks. Begin at [`put`].

mod form;
mod operation;
mod page;
mod shape;

pub use page::put;
