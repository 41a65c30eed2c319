//! Which package on which runtime: what most rows begin with.

use schemars::JsonSchema;
use serde::Serialize;

use crate::render::schema_words as words;
use crate::render::view::{PackageView, RuntimeView};

/// A package on a runtime. Its fields stand among those of the row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Subject<'a> {
    /// The package's name as people spell it.
    #[schemars(with = "words::PackageName")]
    pub name: &'a str,
    /// The package's name in the form to compare by.
    #[schemars(with = "words::NormalizedName")]
    pub normalized_name: &'a str,
    /// The runtime's id, as in addresses: `p3.13-arm64`.
    #[schemars(with = "words::RuntimeId")]
    pub runtime: String,
}

impl<'a> Subject<'a> {
    /// The words for `package` on `runtime`.
    pub fn new(runtime: &RuntimeView<'_>, package: &'a PackageView<'_>) -> Self {
        Self { name: package.name.as_str(), normalized_name: package.normalized.as_str(), runtime: runtime.spec.runtime.to_string() }
    }
}
