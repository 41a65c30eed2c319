//! The packages that a runtime has beside Python, for layers to be imported with: unpacked for one run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Pythons;
use super::fetch::fetch;
use crate::assemble::bytecode::Compiler;
use crate::assemble::{BytecodeChoice, Wanted, assemble};
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::{LayerRequest, Locked, PackageName, PackageSettings, Pin, Runtime};
use crate::outside::files;
use crate::resolve::{ResolveError, Resolver};
use crate::verify::import_test::{RuntimeSdk, unpack};

/// AWS's client of the Runtime API.
const CLIENT: &str = "awslambdaric";

/// What was unpacked.
#[derive(Debug)]
pub struct RuntimePackages {
    folder: PathBuf,
    /// Why there is no SDK.
    pub sdk_missing: Option<String>,
    client_missing: Option<String>,
}

impl RuntimePackages {
    /// The folder with boto3 and what it needs.
    pub fn sdk(&self) -> Option<PathBuf> {
        self.sdk_missing.is_none().then(|| self.folder.join("sdk/python"))
    }

    /// The folder with the client of the Runtime API.
    pub fn client(&self) -> Option<PathBuf> {
        self.client_missing.is_none().then(|| self.folder.join("client/python"))
    }
}

/// Resolves, fetches and unpacks what `runtime` has of its own, into the folder `scratch`. What cannot be had is told and left out.
///
/// # Errors
/// When the disk fails or hosts cannot be reached.
pub async fn runtime_packages(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    resolver: &Resolver,
    runtime: Runtime,
    scratch: &Path,
) -> anyhow::Result<RuntimePackages> {
    let folder = scratch.join(runtime.layer_infix());
    files::create_temporary_dir(&folder)?;
    let wanted = |name: &str, packages: Vec<String>| -> anyhow::Result<LayerRequest> {
        let packages = packages.iter().map(|package| package.parse()).collect::<Result<_, _>>()?;
        Ok(LayerRequest::bundle(name.parse::<PackageName>()?, packages)?)
    };
    let mut missing = BTreeMap::new();
    let sdk = RuntimeSdk::of(runtime.python).map(RuntimeSdk::requirements);
    for (name, packages) in [("sdk", sdk), ("client", Some(vec![CLIENT.to_owned()]))] {
        let into = folder.join(name);
        let failed = match packages {
            None => Some(format!("what SDK {runtime} has is not known")),
            Some(packages) => unpacked(context, catalog, pythons, resolver, runtime, &wanted(name, packages)?, &into).await?,
        };
        if let Some(reason) = failed {
            tracing::warn!(%runtime, what = name, reason, "imports are tested without it");
            missing.insert(name, reason);
        }
    }
    Ok(RuntimePackages { folder, sdk_missing: missing.remove("sdk"), client_missing: missing.remove("client") })
}

/// Unpacks one set of packages; returns why it cannot be had.
async fn unpacked(
    context: &Context,
    catalog: &Catalog,
    pythons: &Pythons,
    resolver: &Resolver,
    runtime: Runtime,
    request: &LayerRequest,
    into: &Path,
) -> anyhow::Result<Option<String>> {
    let Some(spec) = catalog.runtime(runtime) else { return Ok(Some(format!("`klayers.toml` has no {runtime}"))) };
    let resolution = match resolver.resolve(request, runtime, spec.glibc).await {
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
    let zips = into.with_extension("zips");
    tokio::task::block_in_place(|| {
        let assembled = assemble(&wanted, &context.wheels(), &zips)?;
        files::create_temporary_dir(into)?;
        unpack(&zips.join(format!("{}.zip", assembled.manifest.layer)), into)?;
        files::remove_dir(&zips)?;
        anyhow::Ok(None)
    })
}
