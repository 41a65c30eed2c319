//! What people say of one package beyond its row.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ModuleName, PackageRequest};

/// Settings of the layer of one name, a package's or a bundle's. The default is right for nearly all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackageSettings {
    /// What the package needs and does not name as its dependencies.
    pub needs: Vec<PackageRequest>,
    /// What the import test imports, in order; nothing: what the package's own files say.
    pub imports: Vec<ModuleName>,
    /// A Python expression that must be true after the import.
    pub smoke: Option<String>,
    /// Folders of the layer, as `pandas/tests`, whose modules get no bytecode.
    pub without_bytecode: BTreeSet<String>,
    /// What may be left out.
    pub slim: BTreeSet<Slim>,
    /// Libraries that may be missing, and files of the layer that may be for another machine, by name.
    pub allow: BTreeSet<String>,
    /// Whether the distribution of this name may be built from its source.
    pub source_build: bool,
}

/// A kind of files that no function needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slim {
    /// What is in folders `tests` and `test` inside of packages, but for modules that are not named as tests:
    /// `astropy.tests.runner` is imported by `astropy`, and `django.test` is what Django offers to the tests of
    /// others. Also `conftest.py`. Not `testing`, which is part of what a package offers: `numpy.testing`.
    Tests,
    /// Files `.pyi` and folders such as `pandas-stubs`. Not `py.typed`, which is empty, and without which
    /// a package would say another thing of itself.
    TypeStubs,
}

impl Slim {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::Tests, Self::TypeStubs];
}
