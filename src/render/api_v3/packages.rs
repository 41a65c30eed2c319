//! Every package in short.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::package::{ByPackage, license, spelled};
use super::paths;
use super::schema::Kind;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::schema_words as words;

/// Every package that was ever asked for or built, sorted by its normalised name.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Packages")]
pub struct PackagesFile<'a> {
    /// The packages.
    pub packages: Vec<PackageInShort<'a>>,
}

/// A package in short.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PackageInShort<'a> {
    /// The package's name as people spell it.
    #[schemars(with = "words::PackageName")]
    pub name: &'a str,
    /// The package's name in the form to compare by.
    #[schemars(with = "words::NormalizedName")]
    pub normalized_name: &'a str,
    /// The licence of its newest build, as an SPDX expression where it gives one; empty when it is not known.
    pub license: &'a str,
    /// The version that is latest on each runtime, by the runtime's id. Runtimes without one are left out.
    pub latest_versions: BTreeMap<String, &'a str>,
    /// The path of its own file, from the top of the site.
    #[schemars(with = "words::SitePath")]
    pub path: String,
}

/// Puts the file.
///
/// # Errors
/// As the sink.
pub fn put(packages: &ByPackage<'_, '_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let rows: Vec<PackageInShort<'_>> = packages
        .iter()
        .map(|(name, runtimes)| PackageInShort {
            name: spelled(runtimes),
            normalized_name: name.as_str(),
            license: license(runtimes),
            latest_versions: runtimes
                .iter()
                .filter_map(|(runtime, package)| Some((runtime.spec.runtime.to_string(), package.current()?.version.as_str())))
                .collect(),
            path: paths::package(name),
        })
        .collect();
    let newest = packages.values().flatten().filter_map(|(_, package)| package.current()).map(|published| published.at).max();
    sink.put(paths::PACKAGES, &document(Kind::Packages, newest, PackagesFile { packages: rows }))
}
