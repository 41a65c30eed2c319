//! The boxes that layers are imported in: one for each runtime, made ready once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{Mutex, OnceCell};

use super::runtime_packages::{RuntimePackages, runtime_packages};
use super::{IsolationArg, Pythons, ThroughClient};
use crate::assemble::ImportRecord;
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{Architecture, Need, PythonMinor, Runtime, Sha256};
use crate::outside::files;
use crate::outside::memory_folder::scratch_parent;
use crate::outside::sandbox::{Docker, Isolation, Limits, PythonHome, Sandbox};
use crate::verify::import_test::Tester;

/// What makes two tests the same: the bytes, the Python, the names and the expression.
pub type Key = (Sha256, PythonMinor, Vec<String>, Option<String>);

/// The boxes.
pub struct Testers {
    /// Why there is none for a runtime, or the box.
    pub by_runtime: BTreeMap<Runtime, Result<Tester, String>>,
    /// The processor of this machine, by Python.
    pub host_is: BTreeMap<PythonMinor, Option<Architecture>>,
    /// The kind of box that was asked for.
    pub isolation: IsolationArg,
    need: Need,
    /// The runtimes whose layers were once tested through AWS's own client.
    pub through_client: Mutex<BTreeSet<PythonMinor>>,
    /// What came of tests.
    pub known: Mutex<BTreeMap<Key, Arc<OnceCell<ImportRecord>>>>,
    /// Where layers and the runtime's packages are unpacked: a folder that other users may enter.
    scratch: files::TemporaryDir,
}

impl Testers {
    /// Makes ready what tests of `runtimes` need.
    ///
    /// # Errors
    /// When the disk fails, or hosts cannot be reached.
    pub async fn prepare(context: &Context, catalog: &Catalog, pythons: &Pythons, runtimes: &BTreeSet<Runtime>) -> anyhow::Result<Self> {
        let isolation = pythons.isolation;
        files::remove_leftovers_of_the_gone(&scratch_parent())?;
        let scratch = files::temporary_dir_in(&scratch_parent())?;
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
                (IsolationArg::Auto, Some(interpreter)) => Sandbox::strictest(PythonHome::of(interpreter)).await,
                (IsolationArg::Path, Some(interpreter)) => Sandbox::by_path(PythonHome::of(interpreter)),
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
}
