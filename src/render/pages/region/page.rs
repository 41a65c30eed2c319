//! The page.

use jiff::tz::TimeZone;
use serde::Serialize;

use super::elsewhere::{Elsewhere, Link, RegionLink};
use crate::config::Region;
use crate::domain::{RegionState, RuntimeState};
use crate::render::api_v2::latest_path;
use crate::render::api_v3::paths;
use crate::render::deployments::state_word;
use crate::render::pages::addresses;
use crate::render::pages::frame::{Frame, Section, Sheet};
use crate::render::view::{Lag, Listed, PackageView, RuntimeView, View, mebibytes};
use crate::render::{RenderError, Sink};

/// The context of `region.html`.
#[derive(Debug, Serialize)]
struct RegionPage<'a> {
    runtime: String,
    python: String,
    architecture: String,
    aws_runtime: String,
    state: &'static str,
    end_of_life: String,
    is_past_end_of_life: bool,
    code: &'a str,
    name: &'a str,
    region_state: &'static str,
    rows: Vec<LayerRow<'a>>,
    /// How many packages other regions have and this one has not.
    missing: usize,
    /// How many packages are of another build here than elsewhere.
    older: usize,
    /// Where a program finds more, from the top of the site.
    data: String,
    elsewhere: Elsewhere<'a>,
    living_regions: Vec<RegionLink<'a>>,
    living_runtimes: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct LayerRow<'a> {
    package: &'a str,
    /// From the top of the site.
    address: String,
    version: &'a str,
    /// In one piece, without a mark for line breaks: programs look for ARNs in the text of this page, too.
    arn: String,
    license: &'a str,
    zip_bytes: u64,
    zip: String,
    unzipped_bytes: u64,
    unzipped: String,
    published: String,
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(view: &View<'_>, runtime: &RuntimeView<'_>, region: &Region, frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let title = format!("{} in {}", runtime.title(), region.code);
    let sheet = Sheet {
        template: "region.html",
        path: &latest_path(runtime.spec.runtime, &region.code, "html"),
        title: &title,
        description: &format!("The ARNs of all layers for {title}, {}.", region.name),
        section: Section::Layers,
    };
    frame.put(sheet, RegionPage::new(view, runtime, region), sink)
}

impl<'a> RegionPage<'a> {
    /// The latest layer versions of `runtime` in `region`.
    fn new(view: &View<'a>, runtime: &'a RuntimeView<'_>, region: &'a Region) -> Self {
        let rows: Vec<LayerRow<'_>> = rows(runtime, region);
        let is_retired = runtime.spec.state == RuntimeState::Retired || region.state == RegionState::Retired;
        // Costly, and of use only where there is nothing to see.
        let (living_regions, living_runtimes) = if rows.is_empty() || is_retired {
            (Elsewhere::living_regions(view, runtime, &region.code), Elsewhere::living_runtimes(view, runtime, &region.code))
        } else {
            (Vec::new(), Vec::new())
        };
        let lags: Vec<Lag> = runtime.packages.iter().filter_map(|package| package.lag(&region.code)).collect();
        Self {
            runtime: runtime.spec.runtime.to_string(),
            python: runtime.spec.runtime.python.to_string(),
            architecture: runtime.spec.architecture().to_string(),
            aws_runtime: runtime.spec.runtime.aws_runtime(),
            state: state_word(runtime.spec.state),
            end_of_life: runtime.spec.end_of_life.to_string(),
            is_past_end_of_life: runtime.is_past_end_of_life(),
            code: region.code.as_str(),
            name: &region.name,
            region_state: match region.state {
                RegionState::Active => "active",
                RegionState::Paused => "paused",
                RegionState::Retired => "retired",
            },
            missing: lags.iter().filter(|lag| **lag == Lag::Missing).count(),
            older: lags.iter().filter(|lag| **lag == Lag::Older).count(),
            data: paths::region(runtime.spec.runtime, &region.code),
            elsewhere: Elsewhere::new(view, runtime, &region.code),
            rows,
            living_regions,
            living_runtimes,
        }
    }
}

fn rows<'a>(runtime: &'a RuntimeView<'_>, region: &Region) -> Vec<LayerRow<'a>> {
    let row = |(package, latest): (&'a PackageView<'_>, Listed<'a>)| {
        let published = latest.published;
        LayerRow {
            package: package.name.as_str(),
            address: addresses::package(&package.normalized),
            version: &published.version,
            arn: latest.arn.to_string(),
            license: &published.license,
            zip_bytes: published.zip_bytes,
            zip: mebibytes(published.zip_bytes),
            unzipped_bytes: published.unzipped_bytes,
            unzipped: mebibytes(published.unzipped_bytes),
            published: published.at.to_zoned(TimeZone::UTC).date().to_string(),
        }
    };
    runtime.latest(&region.code).map(row).collect()
}
