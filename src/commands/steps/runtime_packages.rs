//! The packages that a runtime has beside Python, for layers to be imported with: unpacked once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tokio::sync::OnceCell;

use super::Pythons;
use super::fetch::fetch;
use crate::assemble::bytecode::Compiler;
use crate::assemble::{BytecodeChoice, Wanted, assemble};
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{LayerRequest, Locked, PackageName, PackageSettings, Pin, Runtime, Sha256};
use crate::outside::files;
use crate::resolve::{ResolveError, Resolver};
use crate::verify::import_test::{RuntimeSdk, unpack};

/// AWS's client of the Runtime API.
const CLIENT: &str = "awslambdaric";
/// Goes up when the same packages are unpacked in another way.
const FORM: u32 = 1;

/// Where they are, or why they are not.
#[derive(Debug)]
pub struct RuntimePackages {
    /// The folder with boto3 and what it needs.
    pub sdk: Result<PathBuf, String>,
    /// The folder with the client of the Runtime API.
    pub client: Result<PathBuf, String>,
}

/// Finds what `runtime` has of its own in the cache, or resolves, fetches and unpacks it: there, or in `scratch` when
/// the box cannot look into the cache. What cannot be had is told and left out.
///
/// # Errors
/// When the disk fails or hosts cannot be reached.
pub async fn runtime_packages(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    runtime: Runtime,
    scratch: Option<&Path>,
) -> anyhow::Result<RuntimePackages> {
    let source = Source { context, catalog, pythons, runtime, resolver: OnceCell::new() };
    let sdk = match RuntimeSdk::of(runtime.python).map(RuntimeSdk::requirements) {
        Some(packages) => source.folder("sdk", packages, scratch).await?,
        None => Err(format!("what SDK {runtime} has is not known")),
    };
    let client = source.folder("client", vec![CLIENT.to_owned()], scratch).await?;
    for (what, reason) in [("the runtime's SDK", sdk.as_ref().err()), ("AWS's client", client.as_ref().err())] {
        if let Some(reason) = reason {
            tracing::warn!(%runtime, reason, "imports are tested without {what}");
        }
    }
    Ok(RuntimePackages { sdk, client })
}

struct Source<'a> {
    context: &'a Context,
    catalog: &'a Catalog,
    pythons: &'a Pythons,
    runtime: Runtime,
    resolver: OnceCell<Resolver>,
}

impl Source<'_> {
    /// The folder with `packages`.
    async fn folder(&self, name: &str, packages: Vec<String>, scratch: Option<&Path>) -> anyhow::Result<Result<PathBuf, String>> {
        let python = self.pythons.of(self.runtime.python).map_or("", |interpreter| &interpreter.version);
        let key = Sha256::of(format!("{FORM}\n{python}\n{}", packages.join("\n")).as_bytes()).to_string();
        let parent = scratch.map_or_else(|| self.context.cache_dir.join("runtime-packages"), Path::to_path_buf);
        let folder = parent.join(format!("{name}-{}-{}", self.runtime.layer_infix(), &key[..16]));
        if !folder.exists() {
            files::create_dir(&parent)?;
            files::remove_leftover_dirs(&parent)?;
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
        let resolver = self.resolver.get_or_try_init(|| Resolver::prepare(&context.cache_dir, &context.http)).await?;
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
