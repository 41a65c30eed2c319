//! One resolution: a call of `uv pip compile` for one package on one runtime.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Mutex, OnceCell};

use super::lock::{LockError, pins, wanted_pin};
use super::newest::Releases;
use super::refusal::{NO_WHEEL, REASON_MAX_CHARS, Refusal, read};
use super::source_build::{BUILD_FAILED, BUILD_REFUSED, does_not_build, refuse_credentials};
use super::{Index, Uv, UvError};
use crate::domain::{Failure, Glibc, HeldBack, LayerRequest, NormalizedName, PackageRequest, Resolution, Runtime, one_line};
use crate::outside::OutsideError;
use crate::outside::http::{Http, Network, host};
use crate::outside::patience::Hosts;
use crate::outside::process::Program;

/// The platforms `manylinux_2_N` that `uv pip compile --python-platform` knows, by N.
const PLATFORM_GLIBC_MINORS: [u8; 12] = [17, 28, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40];

/// Why there is no resolution.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The package cannot be resolved.
    #[error(transparent)]
    Package(Failure),
    /// The world failed; the same may succeed later.
    #[error(transparent)]
    Outside(#[from] OutsideError),
}

/// Resolves packages for a run: asks each index about each package once.
#[derive(Debug)]
pub struct Resolver {
    uv: Uv,
    index: Index,
    http: Http,
    hosts: Hosts,
    /// The distributions that may be built from source, and where that may leave its traces.
    sources: Vec<NormalizedName>,
    scratch: PathBuf,
    releases: Mutex<BTreeMap<NormalizedName, Arc<OnceCell<Arc<Releases>>>>>,
}

impl Resolver {
    /// Resolves with `uv` from `index`, after making sure that it answers.
    ///
    /// # Errors
    /// When an index cannot be reached.
    pub async fn prepare(uv: Uv, index: Index, cache: &Path, http: &Http) -> Result<Self, UvError> {
        index.reach(http).await?;
        Ok(Self {
            uv,
            index,
            http: http.clone(),
            hosts: Hosts::default(),
            sources: Vec::new(),
            scratch: cache.join("source-builds"),
            releases: Mutex::default(),
        })
    }

    /// The same, which takes the source of these distributions where no wheels will do.
    #[must_use]
    pub fn with_sources(self, sources: Vec<NormalizedName>) -> Self {
        Self { sources, ..self }
    }

    /// The `uv` that it asks, found once.
    pub fn uv(&self) -> &Uv {
        &self.uv
    }

    /// The indexes where it looks.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Resolves `request` for `runtime`, from wheels alone, and looks whether a newer version exists.
    ///
    /// # Errors
    /// [`ResolveError::Package`] when no set of wheels will do.
    pub async fn resolve(&self, request: &LayerRequest, runtime: Runtime, glibc: Glibc) -> Result<Resolution, ResolveError> {
        let lock = match self.compile(request, runtime, glibc, Sources::None).await {
            Err(ResolveError::Package(failure)) if failure.code == NO_WHEEL => self.compile_with_sources(request, runtime, glibc, failure).await?,
            other => other?,
        };
        let unusable = |error: LockError| ResolveError::Package(Failure::new("lock-unusable", error.to_string()));
        let pins = pins(&lock, runtime, glibc).map_err(unusable)?;
        let mut held_back = None;
        for (at, package) in request.packages().iter().enumerate() {
            let version = wanted_pin(&pins, &package.name.normalized()).map_err(unusable)?.version().to_owned();
            // Of a bundle nobody expects a version, and of a package not that of what it needs.
            if at == 0 && !request.is_bundle() {
                held_back = self.held_back(package, &version, runtime, glibc).await;
            }
        }
        Ok(Resolution { pins, lock, held_back })
    }

    /// The lock when the sources of some distributions count. `no_wheel` is why it is needed, and what is said when it
    /// does not help.
    async fn compile_with_sources(&self, request: &LayerRequest, runtime: Runtime, glibc: Glibc, no_wheel: Failure) -> Result<String, ResolveError> {
        let mut no_wheel = no_wheel;
        if !self.sources.is_empty() {
            match self.compile(request, runtime, glibc, Sources::Allowed).await.map_err(|error| self.more_telling(no_wheel, error)) {
                Err(ResolveError::Package(failure)) if failure.code == NO_WHEEL => no_wheel = failure,
                other => return other,
            }
        }
        for package in request.packages() {
            let releases = self.releases(&package.name.normalized()).await;
            if let Some(instead) = releases.instead_of_wheels(runtime, glibc) {
                let name = &package.name;
                let reason = format!(
                    "`{name}` has no wheel for {runtime}: {instead}. `source_build = true` in `[package.{}]` of `klayers.toml` \
                     lets a source be built, if that needs no compiler",
                    name.normalized()
                );
                return Err(ResolveError::Package(Failure::new(NO_WHEEL, reason)));
            }
        }
        Err(ResolveError::Package(no_wheel))
    }

    /// Why there is no lock: what was said without sources, unless what was said with them tells more.
    fn more_telling(&self, without: Failure, with: ResolveError) -> ResolveError {
        let is_about = |name: &NormalizedName| without.reason.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| word == name.as_str());
        match &with {
            ResolveError::Package(failure) if failure.code == BUILD_FAILED => with,
            ResolveError::Package(failure) if failure.code == BUILD_REFUSED && self.sources.iter().any(is_about) => with,
            ResolveError::Package(_) => ResolveError::Package(without),
            ResolveError::Outside(_) => with,
        }
    }

    async fn compile(&self, request: &LayerRequest, runtime: Runtime, glibc: Glibc, sources: Sources) -> Result<String, ResolveError> {
        let [platform, python] = [platform(runtime, glibc), runtime.python.to_string()];
        let mut arguments = ["--format", "pylock.toml", "--python-platform", &platform, "--python-version", &python].map(str::to_owned).to_vec();
        let requirements: Vec<String> = request.packages().iter().map(ToString::to_string).collect();
        match sources {
            Sources::None => {
                arguments.push("--no-build".to_owned());
                self.output(self.uv.compile(&arguments, &requirements.join("\n")), request).await
            }
            Sources::Allowed => {
                refuse_credentials(&self.index)?;
                arguments.extend(["--only-binary", ":all:"].map(str::to_owned));
                arguments.extend(self.sources.iter().flat_map(|name| ["--no-binary".to_owned(), name.to_string()]));
                self.output(self.uv.compile_sources(&arguments, &requirements.join("\n"), &self.scratch), request).await
            }
        }
    }

    /// Where uv got no end of it, a host was slow: uv itself takes seconds.
    async fn output(&self, program: Program, request: &LayerRequest) -> Result<String, ResolveError> {
        compile(program, request).await.map_err(|error| match error {
            ResolveError::Outside(OutsideError::TooSlow { after, .. }) => {
                let hosts = self.index.urls.iter().map(|url| host(url)).collect::<Vec<_>>().join("`, `");
                let reason = format!("uv was ended after {} s: `--http-timeout` gives hosts more time", after.as_secs());
                OutsideError::Unreachable { host: hosts, reason }.into()
            }
            other => other,
        })
    }

    /// Best effort: a layer of the version that was chosen is good even when we cannot look for newer ones.
    async fn held_back(&self, request: &PackageRequest, version: &str, runtime: Runtime, glibc: Glibc) -> Option<HeldBack> {
        self.releases(&request.name.normalized()).await.held_back(request, version, runtime, glibc)
    }

    /// What the index has of a package, asked for once. Nothing when it cannot be asked.
    async fn releases(&self, package: &NormalizedName) -> Arc<Releases> {
        let cell = self.releases.lock().await.entry(package.clone()).or_default().clone();
        let releases = cell.get_or_init(async || {
            if self.http.network() == Network::Offline {
                return Arc::default();
            }
            let releases = Releases::of(package, &self.index, &self.http, &self.hosts).await.unwrap_or_else(|error| {
                tracing::warn!(%package, %error, "cannot see what the index has of it");
                Releases::default()
            });
            Arc::new(releases)
        });
        releases.await.clone()
    }
}

async fn compile(program: Program, request: &LayerRequest) -> Result<String, ResolveError> {
    let output = program.run().await?;
    for package in request.packages() {
        if let Some(extra) = missing_extra(&output.stderr, package) {
            return Err(ResolveError::Package(Failure::new(UNKNOWN_EXTRA, format!("`{}` has no extra `{extra}`", package.name))));
        }
    }
    if output.succeeded() {
        return Ok(output.stdout);
    }
    if output.code.is_none() {
        let reason = format!("uv broke on what the index has of it: {}", one_line(&output.stderr, REASON_MAX_CHARS));
        return Err(ResolveError::Package(Failure::new("resolver-failed", reason)));
    }
    if let Some(package) = failed_build(&output.stderr) {
        return Err(does_not_build(package, &output.stderr));
    }
    match read(&output.stderr) {
        Refusal::Package(failure) => Err(ResolveError::Package(failure)),
        Refusal::Unreachable { host, reason } => Err(OutsideError::Unreachable { host, reason }.into()),
    }
}

/// Whether sources count when wheels are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sources {
    None,
    /// Of the distributions for which config says so.
    Allowed,
}

/// The code of the failure that is the row's fault and not the package's.
pub(super) const UNKNOWN_EXTRA: &str = "unknown-extra";

/// uv only warns: ``warning: The package `requests==2.34.2` does not have an extra named `nonsense` ``.
fn missing_extra(stderr: &str, request: &PackageRequest) -> Option<String> {
    let of_package = format!("The package `{}", request.name.normalized());
    let line = stderr.lines().find(|line| {
        line.split_once(&of_package).is_some_and(|(_, rest)| rest.starts_with(['=', '`', '@', ' '])) && line.contains("does not have an extra named")
    })?;
    Some(line.split("extra named `").nth(1)?.trim_end_matches(['`', '.']).to_owned())
}

/// uv builds what says only then what it needs: ``error: Failed to build `x==1.0` ``.
fn failed_build(stderr: &str) -> Option<&str> {
    stderr.lines().find_map(|line| line.strip_prefix("error: Failed to build `")?.split('`').next())
}

/// The newest platform that `uv` knows and the runtime satisfies: `x86_64-manylinux_2_34`.
fn platform(runtime: Runtime, glibc: Glibc) -> String {
    let minor = PLATFORM_GLIBC_MINORS.into_iter().filter(|&minor| minor <= glibc.minor || glibc.major > 2).max().unwrap_or(PLATFORM_GLIBC_MINORS[0]);
    format!("{}-manylinux_2_{minor}", runtime.architecture.machine())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_platform_at_or_below_the_runtimes_glibc() {
        for (runtime, glibc, expected) in [
            ("p3.13", "2.34", "x86_64-manylinux_2_34"),
            ("p3.13-arm64", "2.34", "aarch64-manylinux_2_34"),
            ("p3.11", "2.26", "x86_64-manylinux_2_17"),
            ("p3.15", "2.41", "x86_64-manylinux_2_40"),
            ("p3.15", "2.30", "x86_64-manylinux_2_28"),
        ] {
            assert_eq!(platform(runtime.parse().expect("valid"), glibc.parse().expect("valid")), expected);
        }
    }

    #[test]
    fn only_an_extra_of_the_package_itself_counts() {
        let request: PackageRequest = "requests[nonsense]".parse().expect("valid");
        let warning = "warning: The package `requests==2.34.2` does not have an extra named `nonsense`";
        assert_eq!(missing_extra(warning, &request).as_deref(), Some("nonsense"));
        let other = "warning: The package `requests-oauthlib==2.0` does not have an extra named `nonsense`";
        assert_eq!(missing_extra(other, &request), None);
    }
}
