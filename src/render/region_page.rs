//! The table of one runtime in one region, with the ARNs that people copy.

use serde::Serialize;

use super::deployments::state_word;
use super::view::{RuntimeView, mebibytes};
use crate::config::Region;
use crate::domain::RegionState;

/// The context of `region.html`.
#[derive(Debug, Serialize)]
pub struct RegionPage<'a> {
    python: String,
    architecture: String,
    aws_runtime: String,
    state: &'static str,
    end_of_life: String,
    code: &'a str,
    name: &'a str,
    is_publishing: bool,
    rows: Vec<LayerRow<'a>>,
}

#[derive(Debug, Serialize)]
struct LayerRow<'a> {
    package: &'a str,
    version: &'a str,
    arn: String,
    license: &'a str,
    unzipped: String,
}

impl<'a> RegionPage<'a> {
    /// The latest layer versions of `runtime` in `region`.
    pub fn new(runtime: &'a RuntimeView<'_>, region: &'a Region) -> Self {
        let rows = runtime.latest(&region.code).map(|(package, latest)| LayerRow {
            package: package.name.as_str(),
            version: &latest.published.version,
            arn: latest.arn.to_string(),
            license: &latest.published.license,
            unzipped: mebibytes(latest.published.unzipped_bytes),
        });
        Self {
            python: runtime.spec.runtime.python.to_string(),
            architecture: runtime.spec.architecture().to_string(),
            aws_runtime: runtime.spec.runtime.aws_runtime(),
            state: state_word(runtime.spec.state),
            end_of_life: runtime.spec.end_of_life.to_string(),
            code: region.code.as_str(),
            name: &region.name,
            is_publishing: match region.state {
                RegionState::Active => true,
                RegionState::Paused | RegionState::Retired => false,
            },
            rows: rows.collect(),
        }
    }
}
