//! Imports each layer once, in a box, with the runtime's Python and beside the runtime's own packages.

use std::collections::BTreeSet;
use std::time::Instant;

use futures::StreamExt as _;

use super::testers::Testers;
use super::{IsolationArg, Pythons, VerifyClock};
use crate::assemble::ImportRecord;
use crate::assemble::import_outcome::ImportOutcome;
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Need, PackageSettings, Runtime};
use crate::outside::progress::Unit;
use crate::verify::Inspected;
use crate::verify::import_test::{ImportTest, Tester};

/// Whether one layer of each Python is imported through AWS's own client too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThroughClient {
    /// It is.
    Once,
    /// It is not: for those who want one layer, fast.
    Never,
}

/// Tests each archive that can be tested here and notes in its manifest what came of it.
///
/// # Errors
/// When nothing can be tested at all, or a manifest not be written.
pub async fn import_all(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    inspected: Vec<Inspected>,
    clock: &VerifyClock,
) -> anyhow::Result<Vec<Inspected>> {
    if pythons.settings.import_test == Need::Never || inspected.is_empty() {
        return Ok(inspected);
    }
    let runtimes: BTreeSet<Runtime> = inspected.iter().map(|archive| archive.manifest().runtime).collect();
    let testers = Testers::prepare(context, catalog, pythons, &runtimes).await?;
    let stage = context.progress.stage("import", inspected.len() as u64, Unit::Count("layers"));
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let tests = futures::stream::iter(inspected).map(async |archive| {
        let settings = catalog.package_settings(&archive.manifest().package);
        let began = Instant::now();
        // The box failed before code of the package ran: another archive may have more luck, and this one is not judged.
        let record = testers.test(&archive, &settings).await.unwrap_or_else(|error| {
            tracing::warn!(layer = %archive.manifest().layer, error = format!("{error:#}"), "the import could not be tried");
            not_tested(&format!("it could not be tried: {error:#}"))
        });
        clock.add(archive.manifest().layer.as_str(), began.elapsed());
        stage.advance(1);
        anyhow::Ok(archive.record(record)?)
    });
    let tested: Vec<anyhow::Result<Inspected>> = tests.buffered(at_once).collect().await;
    tested.into_iter().collect()
}

impl Testers {
    async fn test(&self, archive: &Inspected, settings: &PackageSettings) -> anyhow::Result<ImportRecord> {
        let manifest = archive.manifest();
        let imports = if settings.imports.is_empty() { archive.imports().to_vec() } else { settings.imports.iter().map(ToString::to_string).collect() };
        if imports.is_empty() {
            return Ok(not_tested("it has nothing that could be imported"));
        }
        let runtime = manifest.runtime;
        let tester = match &self.by_runtime[&runtime] {
            Ok(tester) => tester,
            Err(reason) => return Ok(not_tested(reason)),
        };
        let is_pure = manifest.wheels.iter().all(|wheel| wheel.filename.to_string().ends_with("-none-any.whl"));
        if self.isolation != IsolationArg::Docker && !is_pure && self.host_is[&runtime.python] != Some(runtime.architecture) {
            return Ok(not_tested(&format!("it has compiled files for {} and this machine has another processor", runtime.architecture)));
        }
        let key = (manifest.zip_sha256, runtime.python, imports.clone(), settings.smoke.clone());
        let cell = self.known.lock().await.entry(key).or_default().clone();
        let test = ImportTest { zip: archive.zip(), imports, smoke: settings.smoke.as_deref() };
        Ok(cell.get_or_try_init(|| self.run(tester, &test)).await?.clone())
    }

    async fn run(&self, tester: &Tester, test: &ImportTest<'_>) -> anyhow::Result<ImportRecord> {
        let outcome = tester.test(test).await?;
        let is_first = matches!(outcome, ImportOutcome::Passed(_)) && tester.client.is_some() && self.through_client.lock().await.insert(tester.runtime.python);
        let through_client = if is_first { Some(Box::new(tester.test_with_client(test).await?)) } else { None };
        Ok(ImportRecord::Tested { outcome: Box::new(outcome), through_client })
    }
}

fn not_tested(reason: &str) -> ImportRecord {
    ImportRecord::NotTested { reason: reason.to_owned() }
}
