//! Verifies the archives of a folder.

use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;

use super::import_tests::import_all;
use super::{Pythons, VerifyClock};
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Failure, Need};
use crate::outside::progress::Unit;
use crate::report::Problem;
use crate::verify::{Inspected, Platform, Rules, VerifiedArchive, inspect};

/// An archive by its name, verified or with its problems.
pub type Checked<T> = (String, Result<T, Vec<Problem>>);

/// What the archives of `catalog` are held to.
pub fn rules(catalog: &Catalog, import_test: Need) -> Rules {
    let platform = |spec: &crate::config::RuntimeSpec| Platform { operating_system: spec.operating_system.clone(), glibc: spec.glibc };
    Rules {
        platforms: catalog.runtimes.iter().map(|spec| (spec.runtime, platform(spec))).collect(),
        allowed: catalog.settings.packages.iter().map(|(name, settings)| (name.clone(), settings.allow.clone())).collect(),
        import_test,
    }
}

/// Verifies the archives `names` in `dist`, believing their manifests in what they say of imports. No code of a
/// package runs.
///
/// # Errors
/// When the folder cannot be read.
pub fn verify_all(context: &Context, rules: &Rules, dist: &Path, names: Vec<String>) -> anyhow::Result<Vec<Checked<VerifiedArchive>>> {
    let inspected = inspect_all(context, rules, dist, names, &VerifyClock::default());
    Ok(inspected.into_iter().map(|(name, result)| (name, result.and_then(|archive| archive.accept(rules)))).collect())
}

/// Verifies the archives `names` in `dist` and imports each once; `clock` is told how long each takes.
///
/// # Errors
/// When the folder cannot be read or a test not be made.
pub async fn verify_and_import(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    dist: &Path,
    names: Vec<String>,
    clock: &VerifyClock,
) -> anyhow::Result<Vec<Checked<VerifiedArchive>>> {
    let rules = rules(catalog, pythons.settings.import_test);
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for (name, result) in inspect_all(context, &rules, dist, names, clock) {
        let of_bad = result.map_or_else(Some, |archive| {
            good.push(archive);
            None
        });
        bad.push((name, of_bad));
    }
    let mut imported = import_all(context, catalog, pythons, good, clock).await?.into_iter();
    let checked = bad.into_iter().map(|(name, problems)| match problems {
        Some(problems) => (name, Err(problems)),
        None => (name, imported.next().expect("one for each that is good").accept(&rules)),
    });
    Ok(checked.collect())
}

fn inspect_all(context: &Context, rules: &Rules, dist: &Path, names: Vec<String>, clock: &VerifyClock) -> Vec<Checked<Inspected>> {
    let stage = context.progress.stage("verify", names.len() as u64, Unit::Count("layers"));
    let inspected = names.into_par_iter().map(|name| {
        let began = Instant::now();
        let result = inspect(dist, &name, rules);
        clock.add(&name, began.elapsed());
        stage.advance(1);
        (name, result)
    });
    tokio::task::block_in_place(|| inspected.collect())
}

/// What an archive with problems amounts to, for the record: the first of them.
pub fn refusal(problems: &[Problem]) -> Option<Failure> {
    let first = problems.first()?;
    let more = if problems.len() > 1 { format!(" (and {} more)", problems.len() - 1) } else { String::new() };
    Some(Failure::new(first.code, format!("{}{more}", first.message)))
}
