//! The JSON Schemas, made from the types that the files are made from, so that they cannot disagree.

use schemars::Schema;
use schemars::generate::SchemaSettings;

use super::arns::ArnsFile;
use super::changes::{ChangesFile, MonthsFile};
use super::dump::BuildLine;
use super::envelope::{Envelope, line};
use super::expiring::ExpiringFile;
use super::index::IndexFile;
use super::package::PackageFile;
use super::packages::PackagesFile;
use super::paths;
use super::region::RegionFile;
use super::runtime::RuntimeFile;
use super::status::StatusFile;
use crate::outside::OutsideError;
use crate::render::Sink;

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What every ARN of a layer is.
    Arns,
    /// A line of the dump.
    Build,
    /// The months with changes.
    ChangeMonths,
    /// The changes of a month.
    Changes,
    /// What will go.
    Expiring,
    /// What there is.
    Index,
    /// One package.
    Package,
    /// All packages.
    Packages,
    /// A runtime in a region.
    Region,
    /// A runtime.
    Runtime,
    /// The state of every package.
    Status,
}

impl Kind {
    /// All of them, sorted by name.
    pub const ALL: [Self; 11] = [
        Self::Arns,
        Self::Build,
        Self::ChangeMonths,
        Self::Changes,
        Self::Expiring,
        Self::Index,
        Self::Package,
        Self::Packages,
        Self::Region,
        Self::Runtime,
        Self::Status,
    ];

    /// As files say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arns => "arns",
            Self::Build => "build",
            Self::ChangeMonths => "change-months",
            Self::Changes => "changes",
            Self::Expiring => "expiring",
            Self::Index => "index",
            Self::Package => "package",
            Self::Packages => "packages",
            Self::Region => "region",
            Self::Runtime => "runtime",
            Self::Status => "status",
        }
    }
}

/// The schema of a kind of file, in the dialect of 2020-12, without references to other files.
pub fn schema(kind: Kind) -> Schema {
    // What we write, not what we would read: a field that may be null is always there.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    match kind {
        Kind::Arns => generator.into_root_schema_for::<Envelope<ArnsFile<'_>>>(),
        Kind::Build => generator.into_root_schema_for::<BuildLine<'_>>(),
        Kind::ChangeMonths => generator.into_root_schema_for::<Envelope<MonthsFile>>(),
        Kind::Changes => generator.into_root_schema_for::<Envelope<ChangesFile<'_>>>(),
        Kind::Expiring => generator.into_root_schema_for::<Envelope<ExpiringFile<'_>>>(),
        Kind::Index => generator.into_root_schema_for::<Envelope<IndexFile<'_>>>(),
        Kind::Package => generator.into_root_schema_for::<Envelope<PackageFile<'_>>>(),
        Kind::Packages => generator.into_root_schema_for::<Envelope<PackagesFile<'_>>>(),
        Kind::Region => generator.into_root_schema_for::<Envelope<RegionFile<'_>>>(),
        Kind::Runtime => generator.into_root_schema_for::<Envelope<RuntimeFile<'_>>>(),
        Kind::Status => generator.into_root_schema_for::<Envelope<StatusFile<'_>>>(),
    }
}

/// Puts every schema.
pub fn put(sink: &dyn Sink) -> Result<(), OutsideError> {
    Kind::ALL.into_iter().try_for_each(|kind| sink.put(&paths::schema(kind), &line(&schema(kind))))
}
