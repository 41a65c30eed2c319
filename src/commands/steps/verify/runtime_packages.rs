//! The packages that a runtime has beside Python, for layers to be imported with: unpacked once.

use std::path::{Path, PathBuf};

use tokio::sync::OnceCell;

use super::Pythons;
use super::unpacked_packages::PackageSource;
use crate::commands::context::Context;
use crate::config::Catalog;
use crate::domain::Runtime;
use crate::verify::import_test::RuntimeSdk;

/// AWS's client of the Runtime API.
const CLIENT: &str = "awslambdaric";

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
    let source = PackageSource { context, catalog, pythons, runtime, resolver: OnceCell::new() };
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
