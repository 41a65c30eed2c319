//! `[package.NAME]` and `[bundle.NAME]` of `klayers.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use crate::domain::{Invalid, LayerRequest, ModuleName, NormalizedName, PackageName, PackageRequest, PackageSettings, PythonMinor, Slim, shown};

/// Longest smoke expression, in characters: it is a line, not a program.
const SMOKE_MAX_CHARS: usize = 1000;

/// A table `[package.NAME]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageTable {
    #[serde(default)]
    needs: Vec<Spanned<String>>,
    #[serde(default)]
    imports: Vec<Spanned<ModuleName>>,
    smoke: Option<Spanned<String>>,
    #[serde(default)]
    without_bytecode: Vec<Spanned<String>>,
    #[serde(default)]
    slim: BTreeSet<Slim>,
    #[serde(default)]
    allow: Vec<Spanned<String>>,
    #[serde(default)]
    source_build: bool,
}

/// A table `[bundle.NAME]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleTable {
    packages: Spanned<Vec<String>>,
    python: Option<Vec<PythonMinor>>,
    #[serde(default)]
    license: String,
}

/// A bundle: a row that stands in `klayers.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What it holds.
    pub request: LayerRequest,
    /// For which Pythons; nothing: for all.
    pub python: Option<Vec<PythonMinor>>,
    /// Its licence, as written; may be empty.
    pub license: String,
    /// Where its name stands in the file, in bytes.
    pub named_at: usize,
}

/// Tells a problem: where in the file, the fact, the action.
pub type Refuse<'a> = dyn FnMut(std::ops::Range<usize>, String, &str) + 'a;

/// The settings by the normalised name of what they are for.
pub fn packages(tables: BTreeMap<Spanned<String>, PackageTable>, refuse: &mut Refuse<'_>) -> BTreeMap<NormalizedName, PackageSettings> {
    let mut settings = BTreeMap::new();
    for (name, table) in tables {
        let parsed = match name.get_ref().parse::<PackageName>() {
            Ok(parsed) => parsed.normalized(),
            Err(error) => {
                refuse(name.span(), error.to_string(), "name a package or a bundle");
                continue;
            }
        };
        let of_package = table.settings(refuse);
        if settings.insert(parsed, of_package).is_some() {
            refuse(
                name.span(),
                format!("`{}` has two tables", shown(name.get_ref())),
                "join them: names are compared without regard to case, `-`, `_` and `.`",
            );
        }
    }
    settings
}

impl PackageTable {
    fn settings(self, refuse: &mut Refuse<'_>) -> PackageSettings {
        if let Some(smoke) = &self.smoke
            && (smoke.get_ref().chars().count() > SMOKE_MAX_CHARS || smoke.get_ref().contains(['\n', '\r', '\0']) || smoke.get_ref().trim().is_empty())
        {
            refuse(smoke.span(), "`smoke` is empty, or has more than one line or 1,000 characters".to_owned(), "write one Python expression");
        }
        for path in &self.without_bytecode {
            let parts = path.get_ref().trim_end_matches('/').split('/');
            if parts.clone().any(|part| matches!(part, "" | "." | "..")) || path.get_ref().starts_with("python/") {
                refuse(path.span(), format!("`{}` is not a folder", shown(path.get_ref())), "name a folder as Python's path has it, as `pandas/tests`");
            }
        }
        for name in &self.allow {
            if name.get_ref().trim().is_empty() || name.get_ref().starts_with('/') || name.get_ref().contains("..") {
                refuse(
                    name.span(),
                    format!("`{}` is not a library or a path of the layer", shown(name.get_ref())),
                    "name what the check named: `libGL.so.1`, `python/x/data/`",
                );
            }
        }
        let mut needs = Vec::new();
        for package in &self.needs {
            match package.get_ref().parse::<PackageRequest>() {
                Ok(request) => needs.push(request),
                Err(error) => refuse(package.span(), error.to_string(), "write it as it would stand in a package file"),
            }
        }
        let texts = |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect::<BTreeSet<String>>();
        PackageSettings {
            needs,
            imports: self.imports.into_iter().map(Spanned::into_inner).collect(),
            smoke: self.smoke.map(Spanned::into_inner),
            without_bytecode: texts(self.without_bytecode).into_iter().map(|path| path.trim_end_matches('/').to_owned()).collect(),
            slim: self.slim,
            allow: texts(self.allow),
            source_build: self.source_build,
        }
    }
}

/// The bundles, in the order of the file.
pub fn bundles(tables: BTreeMap<Spanned<String>, BundleTable>, refuse: &mut Refuse<'_>) -> Vec<Bundle> {
    let mut bundles = Vec::new();
    for (name, table) in tables {
        let parsed = match name.get_ref().parse::<PackageName>() {
            Ok(parsed) => parsed,
            Err(error) => {
                refuse(name.span(), error.to_string(), "give the bundle a name that a package could have");
                continue;
            }
        };
        match request(parsed, table.packages.get_ref()) {
            Ok(request) => bundles.push(Bundle { request, python: table.python, license: table.license, named_at: name.span().start }),
            Err(error) => refuse(table.packages.span(), error.to_string(), "name each package once, as it would stand in a package file"),
        }
    }
    bundles.sort_by_key(|bundle| bundle.named_at);
    bundles
}

fn request(name: PackageName, packages: &[String]) -> Result<LayerRequest, Invalid> {
    let packages = packages.iter().map(|package| package.parse::<PackageRequest>().map_err(|error| Invalid(error.to_string())));
    LayerRequest::bundle(name, packages.collect::<Result<_, _>>()?)
}
