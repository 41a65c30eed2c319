//! What every ARN of a layer is now, even of those that are long gone: AWS answers for all of them alike that access is denied.

use std::collections::BTreeMap;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::document;
use super::paths;
use super::release::{Release, Scope, newest, releases};
use super::schema::Kind;
use super::subject::Subject;
use crate::domain::{LayerName, Sha256};
use crate::ledger::History;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::schema_words as words;
use crate::render::view::{PackageView, RuntimeView, View};

/// The layers of one name. There is more than one only where names differ in nothing but capitals.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Arns")]
pub struct ArnsFile<'a> {
    /// The layers, sorted by name.
    pub layers: Vec<LayerArns<'a>>,
}

/// Every layer version of a layer. What `arn:aws:lambda:eu-west-1:123456789012:layer:NAME:7` is tells the standing whose `regions` have
/// 7 for `eu-west-1`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LayerArns<'a> {
    /// The layer's name.
    #[schemars(with = "words::LayerName")]
    pub layer: String,
    /// The package and the runtime.
    #[serde(flatten)]
    pub subject: Subject<'a>,
    /// The number of the account that it is in.
    #[schemars(with = "words::AccountNumber")]
    pub account_id: String,
    /// What to use instead of any that is not latest: the ARN that is, by the region's code. A region without one is left out.
    #[schemars(with = "BTreeMap<String, words::Arn>")]
    pub latest: BTreeMap<String, String>,
    /// The builds, newest first, with the numbers of their layer versions by region.
    #[schemars(with = "Vec<Release<'static, words::Number>>")]
    pub releases: Vec<Release<'a, u64>>,
}

/// A layer's name without its capitals, with all whose name that is.
type Layers<'a, 'b> = BTreeMap<String, Vec<(&'b LayerName, &'b RuntimeView<'a>, &'b PackageView<'a>)>>;

/// Puts a file per layer. Returns the hash of them all.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<Sha256, OutsideError> {
    let layers: Vec<_> = layers(view).into_iter().collect();
    let hashes = layers.into_par_iter().map(|(_, layers)| {
        let histories: Vec<History> = layers.iter().map(|(_, _, package)| package.history()).collect();
        let rows = layers.iter().zip(&histories).map(|((layer, runtime, package), history)| row(view, layer, runtime, package, history));
        let rows: Vec<LayerArns<'_>> = rows.collect();
        let updated_at = rows.iter().filter_map(|row| newest(&row.releases)).max();
        let bytes = document(Kind::Arns, updated_at, ArnsFile { layers: rows });
        sink.put(&paths::arns(layers[0].0), &bytes)?;
        Ok(Sha256::of(&bytes).to_string())
    });
    let hashes: Vec<String> = hashes.collect::<Result<_, OutsideError>>()?;
    Ok(Sha256::of(hashes.concat().as_bytes()))
}

fn layers<'a, 'b>(view: &'b View<'a>) -> Layers<'a, 'b> {
    let mut layers = Layers::new();
    for runtime in &view.runtimes {
        for package in &runtime.packages {
            let mut names: Vec<&LayerName> = package.published().map(|published| &published.layer).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                layers.entry(name.as_str().to_ascii_lowercase()).or_default().push((name, runtime, package));
            }
        }
    }
    layers.values_mut().for_each(|layers| layers.sort_by_key(|(name, _, _)| *name));
    layers
}

fn row<'a>(view: &View<'_>, layer: &LayerName, runtime: &RuntimeView<'_>, package: &'a PackageView<'_>, history: &'a History) -> LayerArns<'a> {
    let latest = history.regions.keys().filter_map(|region| Some((region.to_string(), history.arn(region, history.latest(region)?).to_string())));
    LayerArns {
        layer: layer.to_string(),
        subject: Subject::new(runtime, package),
        account_id: package.published().find(|published| published.layer == *layer).map_or_else(String::new, |published| published.account.to_string()),
        latest: latest.collect(),
        releases: releases(view, (package.events, history), Scope::Layer(layer), |version, _| version.number),
    }
}
