//! The latest layers of one runtime in one region, for programs that need one ARN or all of them.

use jiff::Timestamp;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::paths;
use super::schema::Kind;
use crate::config::Region;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::schema_words as words;
use crate::render::view::{Listed, PackageView, RuntimeView, View};

/// The latest layers, sorted by the normalised name of their packages.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Region")]
pub struct RegionFile<'a> {
    /// The runtime's id, as in addresses: `p3.13-arm64`.
    #[schemars(with = "words::RuntimeId")]
    pub runtime: String,
    /// The region's code.
    #[schemars(with = "words::RegionCode")]
    pub region: &'a str,
    /// The layers.
    pub layers: Vec<LatestLayer<'a>>,
}

/// The latest layer of a package.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LatestLayer<'a> {
    /// The package's name as people spell it.
    #[schemars(with = "words::PackageName")]
    pub name: &'a str,
    /// The package's name in the form to compare by.
    #[schemars(with = "words::NormalizedName")]
    pub normalized_name: &'a str,
    /// The package's version.
    pub version: &'a str,
    /// The ARN of the layer version: what a function's configuration takes.
    #[schemars(with = "words::Arn")]
    pub arn: String,
    /// The layer's name.
    #[schemars(with = "words::LayerName")]
    pub layer: &'a str,
    /// The number of the layer version, with which its ARN ends.
    #[schemars(with = "words::Number")]
    pub layer_version: u64,
    /// When it was published.
    pub published_at: Timestamp,
    /// The SHA-256 of the zip in Lambda's form, which is base64: what `GetLayerVersion` tells as `CodeSha256`.
    #[schemars(with = "words::Sha256Base64")]
    pub code_sha256: String,
    /// The size of the zip in bytes.
    pub zip_bytes: u64,
    /// Its size in bytes when unpacked, which counts against Lambda's limit.
    pub unzipped_bytes: u64,
    /// The package's licence; empty when it is not known.
    pub license: &'a str,
}

/// Puts a file per runtime and region.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let pairs: Vec<_> = view.runtimes.iter().flat_map(|runtime| view.catalog.regions.iter().map(move |region| (runtime, region))).collect();
    pairs.into_par_iter().try_for_each(|(runtime, region)| sink.put(&paths::region(runtime.spec.runtime, &region.code), &file(runtime, region)))
}

fn file(runtime: &RuntimeView<'_>, region: &Region) -> Vec<u8> {
    let latest: Vec<_> = runtime.latest(&region.code).collect();
    let layers: Vec<LatestLayer<'_>> = latest.iter().map(|(package, latest)| layer(package, latest)).collect();
    let updated_at = layers.iter().map(|layer| layer.published_at).max();
    document(Kind::Region, updated_at, RegionFile { runtime: runtime.spec.runtime.to_string(), region: region.code.as_str(), layers })
}

fn layer<'a>(package: &'a PackageView<'_>, latest: &'a Listed<'_>) -> LatestLayer<'a> {
    let published = latest.published;
    LatestLayer {
        name: package.name.as_str(),
        normalized_name: package.normalized.as_str(),
        version: &published.version,
        arn: latest.arn.to_string(),
        layer: published.layer.as_str(),
        layer_version: latest.arn.version,
        published_at: published.at,
        code_sha256: published.zip_sha256.lambda_form(),
        zip_bytes: published.zip_bytes,
        unzipped_bytes: published.unzipped_bytes,
        license: &published.license,
    }
}
