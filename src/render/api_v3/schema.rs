//! The JSON Schemas, made from the types that the files are made from, so that they cannot disagree.

use schemars::SchemaGenerator;
use schemars::consts::meta_schemas;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

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
use super::schema_form;
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
///
/// It knows itself by the name that it is served under, because nobody here knows the address of the site.
pub fn schema(kind: Kind) -> Value {
    let mut generator = generator("/$defs");
    let name = definition(kind, &mut generator);
    let mut definitions = finished(&mut generator, &[(kind, &name)]);
    let Some(Value::Object(mut root)) = definitions.remove(&name) else { unreachable!("the generator knows what it named") };
    root.insert("$schema".to_owned(), meta_schemas::DRAFT2020_12.into());
    root.insert("$id".to_owned(), format!("{}.json", kind.name()).into());
    root.insert("title".to_owned(), format!("klayers API, version 3: {}", kind.name()).into());
    if !definitions.is_empty() {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Value::Object(root)
}

/// A generator that puts what it defines at `definitions`.
pub fn generator(definitions: &'static str) -> SchemaGenerator {
    // What we write, not what we would read: a field that may be null is always there.
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| settings.definitions_path = definitions.into());
    settings.with_transform(schema_form::plain).into_generator()
}

/// The name of the definition of a kind, which is then in `generator`.
pub fn definition(kind: Kind, generator: &mut SchemaGenerator) -> String {
    let reference = match kind {
        Kind::Arns => generator.subschema_for::<Envelope<ArnsFile<'_>>>(),
        Kind::Build => generator.subschema_for::<BuildLine<'_>>(),
        Kind::ChangeMonths => generator.subschema_for::<Envelope<MonthsFile>>(),
        Kind::Changes => generator.subschema_for::<Envelope<ChangesFile<'_>>>(),
        Kind::Expiring => generator.subschema_for::<Envelope<ExpiringFile<'_>>>(),
        Kind::Index => generator.subschema_for::<Envelope<IndexFile<'_>>>(),
        Kind::Package => generator.subschema_for::<Envelope<PackageFile<'_>>>(),
        Kind::Packages => generator.subschema_for::<Envelope<PackagesFile<'_>>>(),
        Kind::Region => generator.subschema_for::<Envelope<RegionFile<'_>>>(),
        Kind::Runtime => generator.subschema_for::<Envelope<RuntimeFile<'_>>>(),
        Kind::Status => generator.subschema_for::<Envelope<StatusFile<'_>>>(),
    };
    let reference = reference.get("$ref").and_then(Value::as_str).expect("files are no types that are written in place");
    reference.rsplit('/').next().expect("a part").to_owned()
}

/// All that `generator` was asked to define, where the definition of each kind says which it is.
pub fn finished(generator: &mut SchemaGenerator, kinds: &[(Kind, &str)]) -> Map<String, Value> {
    let mut definitions = generator.take_definitions(true);
    for (kind, name) in kinds {
        if let Some(word) = definitions[*name].pointer_mut("/properties/kind") {
            word["const"] = kind.name().into();
        }
    }
    definitions
}

/// Puts every schema.
///
/// # Errors
/// As the sink.
pub fn put(sink: &dyn Sink) -> Result<(), OutsideError> {
    Kind::ALL.into_iter().try_for_each(|kind| sink.put(&paths::schema(kind), &line(&schema(kind))))
}
