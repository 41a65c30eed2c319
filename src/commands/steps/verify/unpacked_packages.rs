//! Packages that are resolved, fetched and unpacked for our own use, once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tokio::sync::OnceCell;

use super::Pythons;
use crate::assemble::bytecode::Compiler;
use crate::assemble::{BytecodeChoice, Wanted, assemble};
use crate::commands::context::Context;
use crate::commands::steps::fetch;
use crate::config::Catalog;
use crate::domain::{LayerRequest, Locked, PackageName, PackageSettings, Pin, Runtime, Sha256};
use crate::outside::files;
use crate::resolve::{ResolveError, Resolver};
use crate::verify::import_test::unpack;

/// Goes up when the same packages are unpacked in another way.
const FORM: u32 = 1;

/// Where packages of a runtime come from.
pub struct PackageSource<'a> {
    /// The caches.
    pub context: &'a Context,
    /// What the runtime stands on.
    pub catalog: &'a Catalog,
    /// Who compiles.
    pub pythons: &'a Pythons,
    /// Whose packages.
    pub runtime: Runtime,
    /// Who resolves, when something has to be.
    pub resolver: OnceCell<Resolver>,
}

impl PackageSource<'_> {
    /// The folder with `packages`, or why they cannot be had.
    ///
    /// # Errors
    /// When the disk fails or hosts cannot be reached.
    pub async fn folder(&self, name: &str, packages: Vec<String>, scratch: Option<&Path>) -> anyhow::Result<Result<PathBuf, String>> {
        let python = self.pythons.of(self.runtime.python).map_or("", |interpreter| &interpreter.version);
        let key = Sha256::of(format!("{FORM}\n{python}\n{}", packages.join("\n")).as_bytes()).to_string();
        let parent = scratch.map_or_else(|| self.context.cache_dir.join("runtime-packages"), Path::to_path_buf);
        let folder = parent.join(format!("{name}-{}-{}", self.runtime.layer_infix(), &key[..16]));
        if !folder.exists() {
            files::create_dir(&parent)?;
            files::remove_leftovers_of_the_gone(&parent)?;
            let work = files::temporary_dir_in(&parent)?;
            if let Some(reason) = self.unpack(name, &packages, work.path()).await? {
                return Ok(Err(reason));
            }
            // Another process may have been faster; its folder is as good.
            if let Err(error) = files::rename(&work.path().join("layer"), &folder)
                && !folder.exists()
            {
                return Err(error.into());
            }
        }
        Ok(Ok(folder.join("python")))
    }

    /// Unpacks packages into the folder `layer` of `into`; returns why they cannot be had.
    async fn unpack(&self, name: &str, packages: &[String], into: &Path) -> anyhow::Result<Option<String>> {
        let Self { context, catalog, pythons, runtime, .. } = *self;
        let Some(spec) = catalog.runtime(runtime) else { return Ok(Some(format!("`klayers.toml` has no {runtime}"))) };
        let parsed = packages.iter().map(|package| package.parse()).collect::<Result<_, _>>()?;
        let request = LayerRequest::bundle(name.parse::<PackageName>()?, parsed)?;
        let resolver = self.resolver.get_or_try_init(|| context.resolver()).await?;
        let resolution = match resolver.resolve(&request, runtime, spec.glibc).await {
            Ok(resolution) => resolution,
            Err(ResolveError::Package(failure)) => return Ok(Some(failure.reason)),
            Err(ResolveError::Outside(error)) => return Ok(Some(error.to_string())),
        };
        let pins: Vec<Pin> = resolution
            .pins
            .into_iter()
            .filter_map(|locked| match locked {
                Locked::Wheel(pin) => Some(pin),
                Locked::Source { .. } => None,
            })
            .collect();
        if let Some((_, failure)) = fetch(context, pins.iter().map(|pin| pin.wheel.file())).await?.into_iter().next() {
            return Ok(Some(failure.reason));
        }
        let compiler = pythons.of(runtime.python).map(|interpreter| Compiler::new(interpreter.clone(), &context.cache_dir, context.clock()));
        let wanted = Wanted {
            runtime,
            package: request.normalized(),
            spelled: request.spelled(),
            version: String::new(),
            layer: catalog.settings.prefix.layer_name(runtime, request.name())?,
            requested: Vec::new(),
            pins: &pins,
            license: "",
            lock: &resolution.lock,
            held_back: None,
            previous: None,
            settings: PackageSettings::default(),
            advisories: &BTreeMap::new(),
            bytecode: compiler.as_ref().map_or_else(|| BytecodeChoice::Omit { reason: String::new() }, BytecodeChoice::Compile),
        };
        tokio::task::block_in_place(|| {
            let assembled = assemble(&wanted, &context.wheels(), into)?;
            let layer = into.join("layer");
            files::create_temporary_dir(&layer)?;
            unpack(&into.join(format!("{}.zip", assembled.manifest.layer)), &layer)?;
            anyhow::Ok(None)
        })
    }
}
