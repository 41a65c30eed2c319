//! The bill of materials of a layer, as [CycloneDX](https://cyclonedx.org/docs/1.6/json/) JSON.
//!
//! [`sbom()`] makes a text of an [`SbomInput`]: `distribution.rs` makes a component of each wheel from its
//! [`METADATA`](https://packaging.python.org/en/latest/specifications/core-metadata/), `graph.rs` says which needs
//! which, `embedded.rs` merges the bills that wheels carry ([PEP 770](https://peps.python.org/pep-0770/)), with
//! `foreign.rs` for each component of theirs, and `vulnerabilities.rs` adds what the index knows against them.
//! `document.rs` has the form. Begin at [`sbom()`].
//!
//! Everything but the pins is hostile: what is malformed or too much is left out and named in a property, and never
//! keeps the rest from being told. The same input gives the same bytes: there is no date, and the serial number is made
//! of the layer's name and the zip's hash.

mod distribution;
mod document;
mod embedded;
mod foreign;
mod graph;
mod make;
mod vulnerabilities;

pub use make::{SbomDistribution, SbomInput, sbom};
