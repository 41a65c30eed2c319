//! The whole API in one document, as OpenAPI 3.1: version 2, version 3 and the feeds.
//!
//! Addresses come from the list that the index tells, shapes from the types that are written, so that neither can be forgotten
//! here. It says nothing of the site that it is served from, not even its address: it is the same for all.

mod document;
mod operation;
mod parameter;
mod promise;
mod shape;
mod version_2;

pub use document::{openapi, put};
