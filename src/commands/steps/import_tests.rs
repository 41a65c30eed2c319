//! Imports each layer once, in a box, with the runtime's Python and beside the runtime's own packages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::StreamExt as _;
use tokio::sync::{Mutex, OnceCell};

use super::Pythons;
use super::runtime_packages::{RuntimePackages, runtime_packages};
use crate::assemble::ImportRecord;
use crate::assemble::import_outcome::ImportOutcome;
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Architecture, Need, PackageSettings, PythonMinor, Runtime, Sha256};
use crate::outside::files;
use crate::outside::progress::Unit;
use crate::outside::sandbox::{Docker, Isolation, Limits, PythonHome, Sandbox};
use crate::verify::Inspected;
use crate::verify::import_test::{ImportTest, Tester};

/// In which kind of box layers are imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum IsolationArg {
    /// The strictest that the machine allows without containers.
    #[default]
    Auto,
    /// No box but the limits: with the network open.
    Path,
    /// AWS's own image of the runtime, by Docker.
    Docker,
}

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
/// When a test cannot be made, or a manifest not be written.
pub async fn import_all(context: &Context, catalog: &Catalog, pythons: &Pythons, inspected: Vec<Inspected>) -> anyhow::Result<Vec<Inspected>> {
    if pythons.settings.import_test == Need::Never || inspected.is_empty() {
        return inspected.into_iter().map(|archive| Ok(archive.record(not_tested("settings say `never`"))?)).collect();
    }
    let runtimes: BTreeSet<Runtime> = inspected.iter().map(|archive| archive.manifest().runtime).collect();
    let testers = Testers::prepare(context, catalog, pythons, &runtimes).await?;
    let stage = context.progress.stage("import", inspected.len() as u64, Unit::Count("layers"));
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let tests = futures::stream::iter(inspected).map(async |archive| {
        let settings = catalog.package_settings(&archive.manifest().package);
        let record = testers.test(&archive, &settings).await?;
        stage.advance(1);
        anyhow::Ok(archive.record(record)?)
    });
    let tested: Vec<anyhow::Result<Inspected>> = tests.buffered(at_once).collect().await;
    tested.into_iter().collect()
}

/// What makes two tests the same: the bytes, the Python, the names and the expression.
type Key = (Sha256, PythonMinor, Vec<String>, Option<String>);

struct Testers {
    by_runtime: BTreeMap<Runtime, Result<Tester, String>>,
    host_is: BTreeMap<PythonMinor, Option<Architecture>>,
    isolation: IsolationArg,
    need: Need,
    /// The runtimes whose layers were once tested through AWS's own client.
    through_client: Mutex<BTreeSet<PythonMinor>>,
    known: Mutex<BTreeMap<Key, Arc<OnceCell<ImportRecord>>>>,
    /// Where layers and the runtime's packages are unpacked: a folder that other users may enter.
    scratch: tempfile::TempDir,
}

impl Testers {
    async fn prepare(context: &Context, catalog: &Catalog, pythons: &Pythons, runtimes: &BTreeSet<Runtime>) -> anyhow::Result<Self> {
        let isolation = pythons.isolation;
        files::remove_leftover_dirs(&std::env::temp_dir())?;
        let scratch = files::temporary_dir_in(&std::env::temp_dir())?;
        let mut testers = Self {
            by_runtime: BTreeMap::new(),
            host_is: BTreeMap::new(),
            isolation,
            need: pythons.settings.import_test,
            through_client: Mutex::default(),
            known: Mutex::default(),
            scratch,
        };
        let mut packages: BTreeMap<PythonMinor, RuntimePackages> = BTreeMap::new();
        for &runtime in runtimes {
            let interpreter = pythons.of(runtime.python);
            testers.host_is.insert(runtime.python, interpreter.and_then(|interpreter| interpreter.architecture));
            let sandbox = match (isolation, interpreter) {
                (IsolationArg::Docker, _) => Sandbox::docker(Docker::of(runtime)),
                (IsolationArg::Auto, Some(interpreter)) => Sandbox::strictest(PythonHome::inspect(&interpreter.program).await?).await,
                (IsolationArg::Path, Some(interpreter)) => Sandbox::by_path(PythonHome::inspect(&interpreter.program).await?),
                (IsolationArg::Auto | IsolationArg::Path, None) => {
                    testers.by_runtime.insert(runtime, Err(pythons.missing(runtime.python)));
                    continue;
                }
            };
            if isolation != IsolationArg::Docker && !packages.contains_key(&runtime.python) {
                // The user that a box by path has cannot look into every cache.
                let by_path = (sandbox.isolation() == Isolation::Path).then(|| testers.scratch.path());
                let host = Runtime { python: runtime.python, architecture: testers.host_is[&runtime.python].unwrap_or(runtime.architecture) };
                packages.insert(runtime.python, runtime_packages(context, catalog, pythons, host, by_path).await?);
            }
            let of_runtime = packages.get(&runtime.python);
            let tester = Tester {
                runtime,
                sandbox,
                sdk: of_runtime.and_then(|packages| packages.sdk.clone().ok()),
                client: of_runtime.and_then(|packages| packages.client.clone().ok()).filter(|_| pythons.through_client == ThroughClient::Once),
                scratch: testers.scratch.path().to_path_buf(),
                limits: Limits::default(),
            };
            let tester = match of_runtime.and_then(|packages| packages.sdk.clone().err()) {
                Some(reason) if testers.need == Need::Required => Err(format!("the runtime's own SDK cannot be had: {reason}")),
                Some(_) | None => Ok(tester),
            };
            testers.by_runtime.insert(runtime, tester);
        }
        Ok(testers)
    }

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
