//! What will no longer be listed, and when: for those who want to move on in time.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::paths;
use super::schema::Kind;
use super::subject::Subject;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::schema_words as words;
use crate::render::view::{PackageView, RuntimeView, Standing, View};

/// Every deprecated layer version that is listed, the next to go first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Expiring")]
pub struct ExpiringFile<'a> {
    /// The layer versions: by time, then by layer.
    pub expiring: Vec<ExpiringRow<'a>>,
}

/// Layer versions of one build that expire at one moment.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExpiringLayers")]
pub struct ExpiringRow<'a> {
    /// From the day of this moment on they are no longer listed, and may be deleted.
    pub expires_at: Timestamp,
    /// The package and the runtime.
    #[serde(flatten)]
    pub subject: Subject<'a>,
    /// The layer's name.
    #[schemars(with = "words::LayerName")]
    pub layer: &'a str,
    /// The package's version.
    pub version: &'a str,
    /// The version that is latest; null when none is.
    pub latest_version: Option<&'a str>,
    /// The numbers of the layer versions, by the region's code.
    #[schemars(with = "BTreeMap<String, words::Number>")]
    pub regions: BTreeMap<String, u64>,
}

/// Every deprecated layer version that is listed, the next to go first.
pub fn expiring<'a>(view: &'a View<'_>) -> Vec<ExpiringRow<'a>> {
    let packages: Vec<_> = view.runtimes.iter().flat_map(|runtime| runtime.packages.iter().map(move |package| (runtime, package))).collect();
    let mut rows: Vec<ExpiringRow<'_>> = packages.into_par_iter().flat_map_iter(|(runtime, package)| rows(runtime, package)).collect();
    rows.sort_by(|a, b| (a.expires_at, a.layer, a.version).cmp(&(b.expires_at, b.layer, b.version)));
    rows
}

/// Puts the file.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let rows = expiring(view);
    // When the last of them was replaced.
    let retention = SignedDuration::from_hours(24 * i64::from(view.catalog.settings.retention_days));
    let updated_at = rows.last().map(|row| row.expires_at - retention);
    sink.put(paths::EXPIRING, &document(Kind::Expiring, updated_at, ExpiringFile { expiring: rows }))
}

fn rows<'a>(runtime: &RuntimeView<'_>, package: &'a PackageView<'_>) -> Vec<ExpiringRow<'a>> {
    let mut groups: BTreeMap<(Timestamp, usize), BTreeMap<String, u64>> = BTreeMap::new();
    for (region, build, number, standing) in package.versions() {
        match standing {
            Standing::Latest => {}
            Standing::Deprecated { expires } => {
                groups.entry((expires, build)).or_default().insert(region.to_string(), number);
            }
        }
    }
    let row = |((expires_at, build), regions): ((Timestamp, usize), _)| {
        let published = &package.builds[build];
        ExpiringRow {
            expires_at,
            subject: Subject::new(runtime, package),
            layer: published.layer.as_str(),
            version: &published.version,
            latest_version: package.current().map(|current| current.version.as_str()),
            regions,
        }
    };
    groups.into_iter().map(row).collect()
}
