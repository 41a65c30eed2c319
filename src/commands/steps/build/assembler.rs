//! What all builds of a run share: the Pythons that compile, and what the index knows.

use std::collections::BTreeMap;
use std::path::Path;

use super::assemble_failure::AssembleFailure;
use crate::assemble::bytecode::Compiler;
use crate::assemble::{Assembled, BytecodeChoice, Wanted, assemble};
use crate::commands::context::Context;
use crate::commands::steps::Pythons;
use crate::config::Catalog;
use crate::domain::{Advisories, Failure, Need, NormalizedName, Pin, PythonMinor, Runtime, Sha256};
use crate::outside::http::Network;
use crate::outside::progress::Unit;
use crate::plan::PlannedBuild;
use crate::resolve::AdvisoryReader;

/// What all builds of a run share.
pub struct Assembler<'a> {
    context: &'a Context,
    catalog: &'a Catalog,
    pythons: &'a Pythons,
    compilers: BTreeMap<PythonMinor, Compiler>,
    advisories: BTreeMap<Sha256, Advisories>,
    dist: &'a Path,
}

impl<'a> Assembler<'a> {
    /// Asks the index about the wheels of all builds.
    ///
    /// # Errors
    /// When uv does not say which index it uses.
    pub async fn of(
        context: &'a Context,
        catalog: &'a Catalog,
        pythons: &'a Pythons,
        runtimes: &[Runtime],
        pins: impl Iterator<Item = &Pin>,
        dist: &'a Path,
    ) -> anyhow::Result<Self> {
        let advisories = advisories(context, pins).await?;
        Ok(Self { context, catalog, pythons, compilers: compilers(context, pythons, runtimes), advisories, dist })
    }

    /// Makes one archive.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn assemble(&self, build: &PlannedBuild, pins: &[Pin]) -> Result<Assembled, AssembleFailure> {
        let package = build.request.normalized();
        let requested: Vec<NormalizedName> = build.request.packages().iter().map(|package| package.name.normalized()).collect();
        let wanted = Wanted {
            runtime: build.runtime,
            spelled: build.request.spelled(),
            version: build.version.clone(),
            layer: build.layer.clone(),
            requested: if build.request.is_bundle() { requested } else { vec![package.clone()] },
            pins,
            license: &build.license,
            lock: &build.lock,
            held_back: build.held_back.clone(),
            previous: build.previous.as_ref(),
            settings: self.catalog.package_settings(&package),
            advisories: &self.advisories,
            bytecode: self.bytecode(build.runtime.python)?,
            package,
        };
        assemble(&wanted, &self.context.wheels(), self.dist).map_err(AssembleFailure::from)
    }

    fn bytecode(&self, python: PythonMinor) -> Result<BytecodeChoice<'_>, AssembleFailure> {
        let omit = |reason: String| Ok(BytecodeChoice::Omit { reason });
        match (self.pythons.settings.bytecode, self.compilers.get(&python)) {
            (Need::Never, _) => omit("settings say `never`".to_owned()),
            (Need::Required | Need::IfAvailable, Some(compiler)) => Ok(BytecodeChoice::Compile(compiler)),
            (Need::IfAvailable, None) => omit(self.pythons.missing(python)),
            (Need::Required, None) => {
                Err(AssembleFailure::Final(Failure::new("no-python", format!("bytecode is required and {}", self.pythons.missing(python)))))
            }
        }
    }
}

/// One for each Python that is here.
fn compilers(context: &Context, pythons: &Pythons, runtimes: &[Runtime]) -> BTreeMap<PythonMinor, Compiler> {
    let found = runtimes.iter().filter_map(|runtime| Some((runtime.python, pythons.of(runtime.python)?.clone())));
    let found: BTreeMap<_, _> = found.filter(|_| pythons.settings.bytecode != Need::Never).collect();
    found.into_iter().map(|(python, interpreter)| (python, Compiler::new(interpreter, &context.cache_dir, context.clock()))).collect()
}

/// What the index knows against the wheels of all builds.
async fn advisories<'a>(context: &Context, pins: impl Iterator<Item = &'a Pin>) -> anyhow::Result<BTreeMap<Sha256, Advisories>> {
    let pins: BTreeMap<Sha256, &Pin> = pins.map(|pin| (pin.wheel.sha256, pin)).collect();
    if pins.is_empty() {
        return Ok(BTreeMap::new());
    }
    if context.http.network() == Network::Offline {
        return Ok(BTreeMap::new());
    }
    let reader = AdvisoryReader::new(context.index().await?.clone(), context.http.clone());
    let stage = context.progress.stage("advisories", pins.len() as u64, Unit::Count("wheels"));
    Ok(reader.of_all(pins.into_values(), &stage).await)
}
