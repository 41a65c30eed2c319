//! The table of one runtime in one region, with the ARNs that people copy.

use serde::Serialize;

use super::frame::{Frame, Section, Sheet};
use crate::config::Region;
use crate::domain::RegionState;
use crate::render::api_v2::latest_path;
use crate::render::deployments::state_word;
use crate::render::view::{RuntimeView, mebibytes};
use crate::render::{RenderError, Sink};

/// The context of `region.html`.
#[derive(Debug, Serialize)]
struct RegionPage<'a> {
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

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(runtime: &RuntimeView<'_>, region: &Region, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let title = format!("{} in {}", runtime.title(), region.code);
    let sheet = Sheet {
        template: "region.html",
        path: &latest_path(runtime.spec.runtime, &region.code, "html"),
        title: &title,
        description: &format!("The ARNs of all layers for {title}, {}.", region.name),
        section: Section::Layers,
    };
    frame.put(sheet, RegionPage::new(runtime, region), sink)
}

impl<'a> RegionPage<'a> {
    /// The latest layer versions of `runtime` in `region`.
    fn new(runtime: &'a RuntimeView<'_>, region: &'a Region) -> Self {
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
