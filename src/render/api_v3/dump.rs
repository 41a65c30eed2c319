//! Everything at once, a build per line, plain and compressed: for those who would ask for every file otherwise.

use std::sync::{Arc, mpsc};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::line;
use super::paths;
use super::release::{Release, Scope, releases};
use super::subject::Subject;
use crate::outside::OutsideError;
use crate::render::Sink;
use crate::render::gzip::Gzip;
use crate::render::schema_words as words;
use crate::render::view::{PackageView, RuntimeView, View};

/// How many packages are made into lines at once.
const PACKAGES_AT_ONCE: usize = 64;

/// A line of the dump: one build of one package on one runtime.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Build")]
pub struct BuildLine<'a> {
    /// The package and the runtime.
    #[serde(flatten)]
    pub subject: Subject<'a>,
    /// The layer's name.
    #[schemars(with = "words::LayerName")]
    pub layer: String,
    /// The number of the account that it is in.
    #[schemars(with = "words::AccountNumber")]
    pub account_id: String,
    /// The partition of the account's regions: `aws`, `aws-cn` or `aws-us-gov`.
    #[schemars(with = "words::PartitionWord")]
    pub partition: String,
    /// The build, with the numbers of its layer versions by region.
    #[serde(flatten)]
    #[schemars(with = "Release<'static, words::Number>")]
    pub release: Release<'a, u64>,
}

/// Puts the lines, sorted by runtime and package, newest build first; and the same once more, compressed. Both take what is made
/// once, a batch at a time.
///
/// # Errors
/// As the sink.
pub fn put(view: &View<'_>, sink: &dyn Sink) -> Result<(), OutsideError> {
    let (sender, receiver) = mpsc::sync_channel::<Arc<[Vec<u8>]>>(1);
    std::thread::scope(|scope| {
        let plain = scope.spawn(move || sink.put_parts(paths::ALL, &mut receiver.into_iter().map(|batch| batch.concat())));
        let both = batches(view).inspect(move |batch| {
            // Nobody receives when writing failed, which the other thread tells.
            let _ = sender.send(Arc::clone(batch));
        });
        let gzip = sink.put_parts(paths::ALL_GZIP, &mut Gzip::new(both));
        plain.join().expect("writing does not panic").and(gzip)
    })
}

fn batches<'a>(view: &'a View<'_>) -> impl Iterator<Item = Arc<[Vec<u8>]>> + 'a {
    let packages: Vec<_> = view.runtimes.iter().flat_map(|runtime| runtime.packages.iter().map(move |package| (runtime, package))).collect();
    let count = packages.len().div_ceil(PACKAGES_AT_ONCE);
    (0..count).map(move |part| {
        let packages = &packages[part * PACKAGES_AT_ONCE..packages.len().min((part + 1) * PACKAGES_AT_ONCE)];
        packages.par_iter().map(|(runtime, package)| lines(view, runtime, package)).collect::<Vec<_>>().into()
    })
}

fn lines(view: &View<'_>, runtime: &RuntimeView<'_>, package: &PackageView<'_>) -> Vec<u8> {
    let history = package.history();
    let mut lines = Vec::new();
    for release in releases(view, (package.events, &history), Scope::All, |version, _| version.number) {
        let build = history.builds.iter().rev().find(|build| std::ptr::eq(build.published.version.as_str(), release.version));
        let published = &build.expect("a release is of a build").published;
        lines.extend(line(&BuildLine {
            subject: Subject::new(runtime, package),
            layer: published.layer.to_string(),
            account_id: published.account.to_string(),
            partition: published.partition.to_string(),
            release,
        }));
    }
    lines
}
