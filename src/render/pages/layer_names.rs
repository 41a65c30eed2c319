//! Every package and the layers it ever had, in one small file: with it a page knows which files of the API there are before it
//! asks for one, and which name somebody meant. Its form is between the site's own scripts and promised to nobody.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::{AccountId, Partition};
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::view::{PackageView, View};

/// Where it is, from the top of the site.
const PATH: &str = "arn/names.json";

/// The file.
#[derive(Debug, Serialize)]
struct LayerNames<'a> {
    /// The ids of all runtimes, to which the numbers below lead.
    runtimes: Vec<String>,
    packages: Vec<PackageLayers<'a>>,
    /// Layers whose names are made in no way that is still used, in small letters.
    others: BTreeSet<String>,
}

/// A package, and where it is.
#[derive(Debug, Serialize)]
struct PackageLayers<'a> {
    name: &'a str,
    /// The runtimes that a row asks for.
    asked: Vec<usize>,
    /// The runtimes that it has a layer on that can be used.
    listed: Vec<usize>,
    /// What the names of its layers end in, with the runtimes that stand before.
    layers: BTreeMap<String, BTreeSet<usize>>,
}

/// Puts the file.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    sink.put(PATH, &serde_json::to_vec(&LayerNames::new(view)).expect("names are plain data"))
}

/// The accounts in which anything was ever published, with their partitions.
pub fn accounts(view: &View<'_>) -> BTreeSet<(Partition, AccountId)> {
    let mut accounts = BTreeSet::new();
    for package in view.runtimes.iter().flat_map(|runtime| &runtime.packages) {
        for published in package.published() {
            if !accounts.iter().any(|(partition, account)| *partition == published.partition && *account == published.account) {
                accounts.insert((published.partition, published.account.clone()));
            }
        }
    }
    accounts
}

impl<'a> LayerNames<'a> {
    fn new(view: &'a View<'_>) -> Self {
        let mut others = BTreeSet::new();
        let number = |id: &str| view.runtimes.iter().position(|runtime| runtime.spec.runtime.to_string() == id);
        let mut packages = Vec::new();
        for versions in view.by_package().into_values() {
            let Some((_, first)) = versions.first() else { continue };
            let mut row = PackageLayers { name: first.name.as_str(), asked: Vec::new(), listed: Vec::new(), layers: BTreeMap::new() };
            for (runtime, package) in versions {
                let Some(number) = number(&runtime.spec.runtime.to_string()) else { continue };
                let beginning = format!("{}-{}-", view.catalog.settings.prefix, runtime.spec.runtime.layer_infix());
                if package.row.is_some() {
                    row.asked.push(number);
                }
                if package.current().is_some() {
                    row.listed.push(number);
                }
                for layer in layers(package) {
                    match layer.strip_prefix(&beginning) {
                        Some(end) => drop(row.layers.entry(end.to_owned()).or_default().insert(number)),
                        None => drop(others.insert(layer.to_ascii_lowercase())),
                    }
                }
            }
            packages.push(row);
        }
        Self { runtimes: view.runtimes.iter().map(|runtime| runtime.spec.runtime.to_string()).collect(), packages, others }
    }
}

/// The names of all layers that a package ever had on a runtime.
fn layers<'b>(package: &'b PackageView<'_>) -> BTreeSet<&'b str> {
    package.published().map(|published| published.layer.as_str()).collect()
}
