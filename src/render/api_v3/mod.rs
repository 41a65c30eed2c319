//! The third version of the API: what the second lacks, for programs that are written today.
//!
//! [`put`] puts every file, and [`ENDPOINTS`] has every address. Each kind of file is a file here (`package.rs`,
//! `region.rs`, `changes.rs`, …), whose types are the answer: their fields' sentences are the descriptions in
//! [`schema()`] and in [`openapi()`], which are made from the types and cannot disagree with them.
//! `src/render/api_v3/release.rs` has what several of them tell of a build. Begin at [`ENDPOINTS`], then `package.rs`.
//!
//! Each file is one JSON object in an `Envelope`, or lines of them. Fields are only ever added; those that may have no
//! value are there with `null`; lists are sorted; times are RFC 3339 in universal time and come from the data, never
//! from the clock, so that a file keeps its bytes until what it tells changes. That makes a file easy to cache, and
//! lets `index.json` tell by one word whether anything did. What clients were promised stands in
//! `tests/api/promised.txt`.

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
