//! The third version of the API: what the second lacks, for programs that are written today.
//!
//! Each file is one JSON object in an `Envelope`, or lines of them. Fields are only ever added; those that may have no
//! value are there with `null`; lists are sorted; times are RFC 3339 in universal time and come from the data, never from the
//! clock, so that a file keeps its bytes until what it tells changes. The types here are the schema that is served with them.

mod all;
mod arns;
mod changes;
mod dump;
mod envelope;
pub(super) mod expiring;
mod index;
pub(super) mod openapi;
pub(super) mod package;
mod packages;
pub(super) mod paths;
mod region;
pub(super) mod release;
mod runtime;
mod schema;
mod schema_form;
pub(super) mod status;
mod subject;

pub use all::put;
pub use openapi::openapi;
pub use paths::{ENDPOINTS, Endpoint, FOLDER, INDEX};
pub use schema::{Kind, schema};
