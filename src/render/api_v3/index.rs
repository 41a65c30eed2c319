//! The first file to ask for: what there is, and whether anything changed.

use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::paths::{self, ENDPOINTS, Endpoint};
use super::runtime::{RuntimeRow, runtime_row};
use super::schema::Kind;
use crate::domain::{RegionState, Sha256};
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::schema_words as words;
use crate::render::view::View;

/// What there is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Index")]
pub struct IndexFile<'a> {
    /// The first word of every layer's name.
    pub prefix: String,
    /// A word that changes when anything that this API tells changes, and stays as long as nothing does: keep it, and ask for more only
    /// when it is another.
    #[schemars(with = "words::Sha256Hex")]
    pub sync_token: String,
    /// How many days a layer version stays listed after a newer one was published.
    pub retention_days: u32,
    /// How many packages have a latest layer on some runtime.
    pub package_count: usize,
    /// The runtimes, sorted by Python and architecture, retired ones too.
    pub runtimes: Vec<RuntimeRow>,
    /// The regions, in the order of the catalogue, retired ones too.
    pub regions: Vec<RegionRow<'a>>,
    /// Every address, sorted by name.
    pub endpoints: &'static [Endpoint],
}

/// A region.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RegionOfService")]
pub struct RegionRow<'a> {
    /// The region's code.
    #[schemars(with = "words::RegionCode")]
    pub code: &'a str,
    /// Its name for people.
    pub name: &'a str,
    /// What is done with it.
    pub state: RegionStateWord,
    /// The partition that it belongs to: `aws`, `aws-cn` or `aws-us-gov`. Accounts are of one partition.
    #[schemars(with = "words::PartitionWord")]
    pub partition: String,
}

/// What is done with a region.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "RegionState")]
pub enum RegionStateWord {
    /// Layers are published there.
    Active,
    /// What is there stays listed; nothing new is published for now.
    Paused,
    /// The same, for good.
    Retired,
}

/// The hashes of all files that data is told in.
#[derive(Debug)]
pub struct SyncToken {
    /// Of the packages' files.
    pub packages: Sha256,
    /// Of the layers' files.
    pub layers: Sha256,
}

/// Puts the file.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, token: &SyncToken, sink: &dyn Sink) -> Result<(), OutsideError> {
    let catalog = view.catalog;
    let events = view.runtimes.iter().flat_map(|runtime| &runtime.packages).flat_map(|package| package.published());
    let updated_at = events.map(|published| published.at).max();
    let by_package = view.by_package();
    let region = |region: &'_ crate::config::Region| -> RegionStateWord {
        match region.state {
            RegionState::Active => RegionStateWord::Active,
            RegionState::Paused => RegionStateWord::Paused,
            RegionState::Retired => RegionStateWord::Retired,
        }
    };
    let regions = catalog.regions.iter().map(|one| RegionRow {
        code: one.code.as_str(),
        name: &one.name,
        state: region(one),
        partition: one.code.partition().to_string(),
    });
    let mut file = IndexFile {
        prefix: catalog.settings.prefix.to_string(),
        sync_token: String::new(),
        retention_days: catalog.settings.retention_days,
        package_count: by_package.values().filter(|runtimes| runtimes.iter().any(|(_, package)| package.current().is_some())).count(),
        runtimes: view.runtimes.iter().map(runtime_row).collect(),
        regions: regions.collect(),
        endpoints: &ENDPOINTS,
    };
    let all = [document(Kind::Index, updated_at, &file), token.packages.to_string().into(), token.layers.to_string().into()];
    file.sync_token = Sha256::of(&all.concat()).to_string();
    sink.put(paths::INDEX, &document(Kind::Index, updated_at, &file))
}
