//! What tests of other modules take for a catalogue: one package for one runtime.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::{Catalog, Row, built_in};
use crate::domain::{LayerRequest, Runtime};
use crate::report::Location;

/// The settings that the program is made with, these regions, and one row.
pub(crate) fn catalog(runtime: Runtime, package: &str, regions: &[&str]) -> Catalog {
    let mut catalog = built_in();
    catalog.regions.retain(|region| regions.contains(&region.code.as_str()));
    let request = LayerRequest::package(package.parse().unwrap());
    let layer = catalog.settings.prefix.layer_name(runtime, request.name()).unwrap();
    catalog.rows = vec![Row { runtime, request, layer, license: String::new(), location: Location::file("packages.csv") }];
    catalog
}
