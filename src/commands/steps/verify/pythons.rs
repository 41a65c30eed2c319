//! The Pythons of this machine that layers are compiled and tested with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;

use super::{CheckArgs, IsolationArg, ThroughClient};
use crate::assemble::bytecode::released_magic;
use crate::commands::context::Context;
use crate::config::BuildSettings;
use crate::domain::{Need, PythonMinor};
use crate::outside::http::Network;
use crate::outside::python::Interpreter;
use crate::resolve::Uv;

/// The Pythons that were found, why others were not, and how much they are wanted.
#[derive(Debug)]
pub struct Pythons {
    /// What a layer may go without.
    pub settings: BuildSettings,
    /// In which kind of box layers are imported.
    pub isolation: IsolationArg,
    /// Whether layers are imported through AWS's own client.
    pub through_client: ThroughClient,
    found: BTreeMap<PythonMinor, Interpreter>,
    missing: BTreeMap<PythonMinor, String>,
}

impl Pythons {
    /// Looks for the Python of each of `minors`, unless `settings` want none: those that were named, then what uv finds. One that is required and
    /// not here is installed by uv, unless `UV_PYTHON_DOWNLOADS` or `--offline` forbids it.
    ///
    /// # Errors
    /// When uv cannot be started, or a Python that was named is none.
    pub async fn find(context: &Context, arguments: &CheckArgs, settings: BuildSettings, minors: BTreeSet<PythonMinor>) -> anyhow::Result<Self> {
        let needs = [settings.bytecode, settings.import_test];
        let mut found = BTreeMap::new();
        for program in &arguments.pythons {
            let interpreter = Interpreter::inspect(program).await.context("looking at what `--python` names")?;
            found.insert(interpreter.python, interpreter);
        }
        let mut missing = BTreeMap::new();
        for python in minors {
            if found.contains_key(&python) || needs == [Need::Never; 2] {
                continue;
            }
            match look_for(context, python, needs.contains(&Need::Required)).await? {
                Ok(interpreter) => drop(found.insert(python, interpreter)),
                Err(reason) => drop(missing.insert(python, reason)),
            }
        }
        Ok(Self { settings, isolation: arguments.isolation, through_client: ThroughClient::Once, found, missing })
    }

    /// The Python of a minor version.
    pub fn of(&self, python: PythonMinor) -> Option<&Interpreter> {
        self.found.get(&python)
    }

    /// Why there is none.
    pub fn missing(&self, python: PythonMinor) -> String {
        self.missing.get(&python).cloned().unwrap_or_else(|| format!("nobody looked for Python {python}"))
    }
}

async fn look_for(context: &Context, python: PythonMinor, required: bool) -> anyhow::Result<Result<Interpreter, String>> {
    // The first that uv would find, without starting uv.
    if let Some(interpreter) = inspect(python, Path::new(&format!("python{python}"))).await {
        return Ok(Ok(interpreter));
    }
    let uv = context.uv().await?;
    if let Some(interpreter) = found_by_uv(uv, python).await? {
        return Ok(Ok(interpreter));
    }
    let absent = format!("there is no Python {python} on this machine");
    let may_not_install = std::env::var("UV_PYTHON_DOWNLOADS").is_ok_and(|downloads| downloads == "never") || uv.network() == Network::Offline;
    if !required || may_not_install {
        return Ok(Err(absent));
    }
    tracing::info!(%python, "uv installs a Python, once");
    match uv.install_python(python).await? {
        Ok(()) => Ok(found_by_uv(uv, python).await?.ok_or(absent)),
        Err(said) => Ok(Err(format!("{absent}, and uv cannot install it: {said}"))),
    }
}

async fn found_by_uv(uv: &Uv, python: PythonMinor) -> anyhow::Result<Option<Interpreter>> {
    let Some(program) = uv.find_python(python).await? else { return Ok(None) };
    Ok(inspect(python, &program).await)
}

/// A program of the right name may only forward to a Python which is not active, and the bytecode of a Python before its
/// release is not that of the runtime.
async fn inspect(python: PythonMinor, program: &Path) -> Option<Interpreter> {
    let is_released = |interpreter: &Interpreter| released_magic(python).is_none_or(|magic| magic == interpreter.magic);
    Interpreter::inspect(program).await.ok().filter(|interpreter| interpreter.python == python && is_released(interpreter))
}
