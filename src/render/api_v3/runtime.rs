//! One runtime: its packages, and the way to its regions.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::paths;
use super::schema::Kind;
use super::status::{StatusRow, status};
use crate::domain::RuntimeState;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::deployments::state_word;
use crate::render::schema_words as words;
use crate::render::view::{PackageView, RuntimeView, View};

/// One runtime with its packages, sorted by their normalised names.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Runtime")]
pub struct RuntimeFile<'a> {
    /// What it is.
    pub runtime: RuntimeRow,
    /// The regions, in the order of the catalogue.
    pub regions: Vec<RegionOfRuntime<'a>>,
    /// The packages that it has or asks for.
    pub packages: Vec<PackageOfRuntime<'a>>,
}

/// What a runtime is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RuntimeOfService")]
pub struct RuntimeRow {
    /// The runtime's id, as in addresses: `p3.13-arm64`.
    #[schemars(with = "words::RuntimeId")]
    pub id: String,
    /// The Python that it has.
    #[schemars(with = "words::PythonMinor")]
    pub python: String,
    /// The architecture, as Lambda calls it.
    #[schemars(extend("enum" = ["x86_64", "arm64"]))]
    pub architecture: String,
    /// What AWS calls it, as in a function's configuration.
    #[schemars(with = "words::AwsRuntime")]
    pub aws_runtime: String,
    /// AWS's name of its operating system, as `AL2023`.
    pub operating_system: String,
    /// Whether new layers are built for it.
    pub state: RuntimeStateWord,
    /// The day on which AWS ends its support.
    #[schemars(with = "jiff::civil::Date")]
    pub end_of_life: String,
    /// How many packages have a latest layer.
    pub package_count: usize,
    /// The path of its own file, from the top of the site.
    #[schemars(with = "words::SitePath")]
    pub path: String,
}

/// How far a runtime is in its life: `active`, `deprecated` (nothing new is built) or `retired` (and it is no longer on pages).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("enum" = ["active", "deprecated", "retired"]))]
#[schemars(rename = "RuntimeState")]
pub struct RuntimeStateWord(&'static str);

/// A region and what a runtime has there.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RegionOfRuntime<'a> {
    /// The region's code.
    #[schemars(with = "words::RegionCode")]
    pub code: &'a str,
    /// How many packages have a latest layer there.
    pub package_count: usize,
    /// The path of the file with its layers there, from the top of the site.
    #[schemars(with = "words::SitePath")]
    pub path: String,
}

/// A package on a runtime.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PackageOfRuntime<'a> {
    /// The package's name as people spell it.
    #[schemars(with = "words::PackageName")]
    pub name: &'a str,
    /// The package's name in the form to compare by.
    #[schemars(with = "words::NormalizedName")]
    pub normalized_name: &'a str,
    /// The version that is latest; null when none is.
    pub latest_version: Option<&'a str>,
    /// The layer that it is in; null when there is none.
    #[schemars(with = "Option<words::LayerName>")]
    pub layer: Option<&'a str>,
    /// The size of its zip in bytes; null when there is none.
    pub zip_bytes: Option<u64>,
    /// Its size in bytes when unpacked; null when there is none.
    pub unzipped_bytes: Option<u64>,
    /// The package's licence, as an SPDX expression where it gives one; empty when it is not known.
    pub license: &'a str,
    /// Whether it has a layer, and if not, why.
    pub status: StatusRow<'a>,
    /// The path of its own file, from the top of the site.
    #[schemars(with = "words::SitePath")]
    pub path: String,
}

/// What a runtime is.
pub fn runtime_row(runtime: &RuntimeView<'_>) -> RuntimeRow {
    let spec = runtime.spec;
    RuntimeRow {
        id: spec.runtime.to_string(),
        python: spec.runtime.python.to_string(),
        architecture: spec.architecture().to_string(),
        aws_runtime: spec.runtime.aws_runtime(),
        operating_system: spec.operating_system.clone(),
        state: state(spec.state),
        end_of_life: spec.end_of_life.to_string(),
        package_count: runtime.available().count(),
        path: paths::runtime(spec.runtime),
    }
}

/// Puts a file per runtime.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    view.runtimes.par_iter().try_for_each(|runtime| {
        let id = runtime.spec.runtime;
        let region = |region: &crate::config::Region| (runtime.latest(&region.code).count(), paths::region(id, &region.code));
        let regions = view.catalog.regions.iter().map(|one| (one, region(one)));
        let regions = regions.map(|(one, (package_count, path))| RegionOfRuntime { code: one.code.as_str(), package_count, path }).collect();
        let updated_at = runtime.packages.iter().filter_map(|package| package.current().map(|published| published.at).max(status(package).since)).max();
        let packages = runtime.packages.iter().map(package_row).collect();
        let file = RuntimeFile { runtime: runtime_row(runtime), regions, packages };
        sink.put(&paths::runtime(id), &document(Kind::Runtime, updated_at, file))
    })
}

fn package_row<'a>(package: &'a PackageView<'_>) -> PackageOfRuntime<'a> {
    let current = package.current();
    PackageOfRuntime {
        name: package.name.as_str(),
        normalized_name: package.normalized.as_str(),
        latest_version: current.map(|published| published.version.as_str()),
        layer: current.map(|published| published.layer.as_str()),
        zip_bytes: current.map(|published| published.zip_bytes),
        unzipped_bytes: current.map(|published| published.unzipped_bytes),
        license: current.map_or("", |published| &published.license),
        status: status(package),
        path: paths::package(&package.normalized),
    }
}

fn state(state: RuntimeState) -> RuntimeStateWord {
    RuntimeStateWord(state_word(state))
}
