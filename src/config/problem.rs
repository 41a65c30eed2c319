//! What can be wrong with `pipeline/config/`, each as a fact and an action.

use crate::domain::shown;
use crate::report::{Location, Problem};

/// Something wrong with a file of `pipeline/config/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigProblem {
    /// A file that must exist does not.
    FileMissing {
        /// The file's path, from the root of the project.
        name: String,
    },
    /// Bytes that are not text.
    NotUtf8,
    /// A line with nothing on it.
    BlankLine,
    /// The first line is not the header.
    WrongHeader {
        /// What it should be.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A column that must be there is not.
    MissingColumn {
        /// The column's name in the header.
        column: String,
    },
    /// A row without a value that it must have.
    MissingField {
        /// The name of the column that has no value.
        column: String,
    },
    /// More fields than the header has.
    TooManyColumns {
        /// How many there are.
        found: usize,
        /// How many there may be.
        expected: usize,
    },
    /// A row that cannot be split into fields.
    MalformedRow {
        /// What the reader says.
        reason: String,
    },
    /// A package given by address or path.
    DirectReference {
        /// What is said of it.
        message: String,
    },
    /// A package with an environment marker.
    Marker {
        /// What is said of it.
        message: String,
    },
    /// Not a package name.
    PackageNameInvalid {
        /// What is said of it.
        message: String,
    },
    /// Malformed extras or versions.
    RequirementInvalid {
        /// What is said of it.
        message: String,
    },
    /// AWS does not take the layer's name.
    LayerNameRefused {
        /// What is said of it.
        message: String,
    },
    /// Two rows make the same layer.
    DuplicateLayerName {
        /// The layer, or the package when the layers differ only in spelling.
        name: String,
        /// Where it was first.
        first: Location,
    },
    /// A region's code is malformed.
    RegionInvalid {
        /// What is said of it.
        message: String,
    },
    /// A region's state is unknown.
    RegionStateUnknown {
        /// What is said of it.
        message: String,
    },
    /// A region is listed twice.
    DuplicateRegion {
        /// The region's code.
        code: String,
        /// The line of the first, from 1.
        first: u64,
    },
    /// `klayers.toml` cannot be read.
    SettingsInvalid {
        /// What the parser says, on one line.
        reason: String,
    },
    /// A setting has a value that it cannot have.
    SettingRefused {
        /// What is wrong with the value.
        message: String,
        /// What to do about it.
        help: String,
    },
    /// The sample names a package that no file has.
    SamplePackageUnknown {
        /// The package, as the sample spells it.
        name: String,
    },
}

impl ConfigProblem {
    /// The problem at its place.
    pub fn at(self, location: Location) -> Problem {
        let problem = |code, message: String, help: &str| Problem::new(location.clone(), code, message, help);
        match self {
            Self::FileMissing { name } => problem(
                "file-missing",
                format!("`{name}` does not exist"),
                "create it, or restore it from git; a package file may also be taken out of `klayers.toml`",
            ),
            Self::NotUtf8 => problem("not-utf-8", "the line has bytes that are not UTF-8".to_owned(), "save the file as UTF-8"),
            Self::BlankLine => problem("blank-line", "the line is blank".to_owned(), "remove it"),
            Self::WrongHeader { expected, found } => problem("wrong-header", format!("the first line is `{}`", shown(found)), &format!("make it `{expected}`")),
            Self::MissingColumn { column } => problem("missing-column", format!("the column `{column}` is missing"), &format!("add the column `{column}`")),
            Self::MissingField { column } => problem("missing-field", format!("the row has no `{column}`"), "fill it in, or remove the row"),
            Self::TooManyColumns { found, expected } => problem(
                "too-many-columns",
                format!("the row has {found} fields and the header {expected}"),
                "put a field that has a comma in it between double quotes: `\"psycopg[binary,pool]\"`",
            ),
            Self::MalformedRow { reason } => problem("malformed-row", format!("the row cannot be read: {reason}"), "check its commas and double quotes"),
            Self::DirectReference { message } => {
                problem("direct-reference", message, "give the name that the package has on the index: layers are only made from there")
            }
            Self::Marker { message } => problem("environment-marker", message, "leave the marker out: the file already says for which runtimes the row is"),
            Self::PackageNameInvalid { message } => problem("package-name-invalid", message, "copy the name from the package's page on the index"),
            Self::RequirementInvalid { message } => problem("requirement-invalid", message, "write a name, then extras, then versions: `psycopg[binary]<4`"),
            Self::LayerNameRefused { message } => problem("layer-name-refused", message, "shorten the prefix in `klayers.toml`, or leave the package out"),
            Self::DuplicateLayerName { name, first } => problem(
                "duplicate-layer-name",
                format!("`{name}` is taken by line {} of `{}`", first.line.unwrap_or(1), first.file),
                "remove one of the two rows, or join their extras in one",
            ),
            Self::RegionInvalid { message } => problem("region-invalid", message, "copy the code from AWS's list of regions"),
            Self::RegionStateUnknown { message } => {
                problem("region-state-unknown", message, "write `active`, `paused` or `retired`, or leave it empty for `active`")
            }
            Self::DuplicateRegion { code, first } => {
                problem("duplicate-region", format!("`{code}` stands on line {first} already"), "remove one of the two lines")
            }
            Self::SettingsInvalid { reason } => problem("settings-invalid", reason, "mend the line; every setting is explained in `docs/configuration.md`"),
            Self::SettingRefused { message, help } => problem("setting-refused", message, &help),
            Self::SamplePackageUnknown { name } => problem(
                "sample-package-unknown",
                format!("the sample names `{}`, which no package file has", shown(name)),
                "add the package, or take it out of the sample",
            ),
        }
    }
}
