//! The bill of materials of a layer, as CycloneDX JSON.
//!
//! Made from the lock's pins, the wheels' own `METADATA`, the bills that wheels carry (PEP 770), and what
//! the index knows against them. Everything but the pins is hostile: what is malformed or too much is left
//! out and named in a property, and never keeps the rest from being told. The same input gives the same bytes.

mod distribution;
mod document;
mod embedded;
mod foreign;
mod graph;
mod make;
mod vulnerabilities;

pub use make::{SbomDistribution, SbomInput, sbom};
