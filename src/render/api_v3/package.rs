//! One package: its builds on all runtimes, and where they are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::paths;
use super::release::{Release, Scope, newest, releases};
use super::schema::Kind;
use super::status::{StatusRow, status};
use crate::domain::{NormalizedName, Sha256};
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::schema_words as words;
use crate::render::view::{PackageView, RuntimeView, View};

/// One package.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Package")]
pub struct PackageFile<'a> {
    /// The package's name as people spell it.
    #[schemars(with = "words::PackageName")]
    pub name: &'a str,
    /// The package's name in the form to compare by: small letters, digits and single `-`.
    #[schemars(with = "words::NormalizedName")]
    pub normalized_name: &'a str,
    /// Every spelling that version 2 of the API answers to, sorted.
    #[schemars(with = "Vec<words::PackageName>")]
    pub aliases: Vec<&'a str>,
    /// The licence of its newest build, as an SPDX expression where it gives one; empty when it is not known.
    pub license: String,
    /// What it is on each runtime, sorted by runtime.
    pub runtimes: Vec<OnRuntime<'a>>,
}

/// A package on a runtime.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OnRuntime<'a> {
    /// The runtime's id, as in addresses: `p3.13-arm64`.
    #[schemars(with = "words::RuntimeId")]
    pub runtime: String,
    /// The name of the layer that the latest is a version of; null when none is.
    #[schemars(with = "Option<words::LayerName>")]
    pub layer: Option<String>,
    /// The version that is latest; null when none is.
    pub latest_version: Option<String>,
    /// Whether it has a layer, and if not, why.
    pub status: StatusRow<'a>,
    /// The builds that are listed somewhere, newest first, with their ARNs by region: those that are latest or deprecated.
    #[schemars(with = "Vec<Release<'static, words::Arn>>")]
    pub releases: Vec<Release<'a, String>>,
}

/// The packages with their runtimes.
pub type ByPackage<'a, 'b> = BTreeMap<&'b NormalizedName, Vec<(&'b RuntimeView<'a>, &'b PackageView<'a>)>>;

/// Puts a file per package. Returns the hash of them all.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, packages: &ByPackage<'_, '_>, sink: &dyn Sink) -> Result<Sha256, OutsideError> {
    let packages: Vec<_> = packages.iter().collect();
    let hashes: Vec<String> = packages.into_par_iter().map(|(name, runtimes)| put_one(view, name, runtimes, sink)).collect::<Result<_, OutsideError>>()?;
    Ok(Sha256::of(hashes.concat().as_bytes()))
}

/// The spelling of the newest runtime counts.
pub fn spelled<'a>(runtimes: &'a [(&RuntimeView<'_>, &PackageView<'_>)]) -> &'a str {
    runtimes.last().map_or("", |(_, package)| package.name.as_str())
}

/// The licence of the build that was published last.
pub fn license<'a>(runtimes: &'a [(&RuntimeView<'_>, &PackageView<'_>)]) -> &'a str {
    let current = runtimes.iter().filter_map(|(_, package)| package.current());
    current.max_by_key(|published| published.at).map_or("", |published| &published.license)
}

fn put_one(view: &View<'_>, name: &NormalizedName, runtimes: &[(&RuntimeView<'_>, &PackageView<'_>)], sink: &dyn Sink) -> Result<String, OutsideError> {
    let histories: Vec<_> = runtimes.iter().map(|(_, package)| package.history()).collect();
    let rows = runtimes.iter().zip(&histories).map(|((runtime, package), history)| OnRuntime {
        runtime: runtime.spec.runtime.to_string(),
        layer: package.current().map(|published| published.layer.to_string()),
        latest_version: package.current().map(|published| published.version.clone()),
        status: status(package),
        releases: releases(view, (package.events, history), Scope::Listed, |version, region| history.arn(region, version).to_string()),
    });
    let rows: Vec<OnRuntime<'_>> = rows.collect();
    let updated_at: Option<Timestamp> = rows.iter().filter_map(|row| newest(&row.releases).max(row.status.since)).max();
    let mut aliases: Vec<&str> = runtimes.iter().flat_map(|(_, package)| package.aliases.iter().map(String::as_str)).collect();
    aliases.sort_unstable();
    aliases.dedup();
    let file = PackageFile { name: spelled(runtimes), normalized_name: name.as_str(), aliases, license: license(runtimes).to_owned(), runtimes: rows };
    let bytes = document(Kind::Package, updated_at, file);
    sink.put(&paths::package(name), &bytes)?;
    Ok(Sha256::of(&bytes).to_string())
}
