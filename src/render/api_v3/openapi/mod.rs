//! The whole API in one document, as [OpenAPI 3.1](https://spec.openapis.org/oas/v3.1.1.html): version 2, version 3 and
//! the feeds.
//!
//! `document.rs` makes it, of the operations of version 3 and the feeds (from the list of addresses that the index
//! tells, [`ENDPOINTS`](super::ENDPOINTS)) and of those of version 2 (`version_2.rs`, written by hand). `operation.rs`
//! is one address, `parameter.rs` what stands for its placeholders, `shape.rs` its answer, and `promise.rs` what
//! clients may rely on. Begin at [`openapi()`].
//!
//! Shapes come from the types that are written and addresses from the one list, so that neither can be forgotten here.
//! It says nothing of the site that it is served from, not even its address: it is the same for all.

mod document;
mod operation;
mod parameter;
mod promise;
mod shape;
mod version_2;

pub use document::{openapi, put};
