//! Wheels of distributions that have only their source: built by `uv`, where config allows it.
//!
//! This is the one place where code of a package runs before its layer exists. It sees nothing of our
//! environment but the way to the index, so an index with credentials in its address is refused.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::uv::{Uv, last_line};
use super::{Index, ResolveError};
use crate::domain::{Failure, Glibc, NormalizedName, Runtime, WheelFilename, shown};
use crate::outside::files;

/// The code of a source that does not become a wheel.
pub(super) const BUILD_FAILED: &str = "source-build-failed";
/// The code of a source that nobody tries to build.
pub(super) const BUILD_REFUSED: &str = "source-build-refused";
const TIME_LIMIT: Duration = Duration::from_secs(600);
/// Where AWS's images keep their Python, and nothing else does.
const IMAGE_PYTHON: &str = "/var/lang/bin/";
/// Longest part of a log that is kept, in characters.
const REASON_MAX_CHARS: usize = 400;

/// Builds wheels of sources, by `uv`, in an environment with nothing but the way to the index.
#[derive(Debug, Clone)]
pub struct SourceBuilder {
    uv: Uv,
    scratch: PathBuf,
}

/// A source to build.
#[derive(Debug, Clone, Copy)]
pub struct SourceBuild<'a> {
    /// The distribution that it is the source of.
    pub package: &'a NormalizedName,
    /// The archive, under its own name.
    pub sdist: &'a Path,
    /// The runtime that the wheel is for.
    pub runtime: Runtime,
    /// The C library of that runtime.
    pub glibc: Glibc,
    /// The Python that builds it.
    pub python: &'a Path,
}

impl SourceBuilder {
    /// Builds with `uv`, which keeps what it needs for that in `cache`, unless the code of a package could learn a
    /// secret by that.
    ///
    /// # Errors
    /// When an index has credentials in its address.
    pub fn new(uv: &Uv, index: &Index, cache: &Path) -> Result<Self, ResolveError> {
        refuse_credentials(index)?;
        Ok(Self { uv: uv.clone(), scratch: cache.join("source-builds") })
    }

    /// Builds one wheel into the empty folder `folder`. Returns its name and its path.
    ///
    /// # Errors
    /// [`ResolveError::Package`] when it does not build, or builds what only the runtime's own image may build.
    pub async fn build(&self, build: SourceBuild<'_>, folder: &Path) -> Result<(WheelFilename, PathBuf), ResolveError> {
        let output = self.uv.build_wheel(build.sdist, build.python, folder, &self.scratch).time_limit(TIME_LIMIT).run().await?;
        let package = build.package;
        if !output.succeeded() {
            return Err(does_not_build(package.as_str(), &output.stderr));
        }
        let wheels: Vec<String> = files::names(folder)?.into_iter().filter(|name| name.ends_with(".whl")).collect();
        let [wheel] = &wheels[..] else {
            return Err(failure(BUILD_FAILED, format!("`{package}` built {} wheels: {}", wheels.len(), last_line(&output))));
        };
        let filename: WheelFilename = wheel.parse().map_err(|error| failure(BUILD_FAILED, format!("`{package}` built a wheel, but {error}")))?;
        if filename.name != *package {
            return Err(failure(BUILD_FAILED, format!("the source of `{package}` built `{wheel}`")));
        }
        let in_image = build.python.starts_with(IMAGE_PYTHON);
        if !fits(&filename, build.runtime, build.glibc, in_image) {
            let what = format!("`{package}` has native code (`{wheel}`), which is only built inside the runtime's own image");
            return Err(failure("native-build", format!("{what}: its authors would have to publish a wheel for {}", build.runtime)));
        }
        Ok((filename, folder.join(wheel)))
    }
}

/// Pure Python fits everywhere. What was compiled here fits the runtime only if here is the runtime's image.
fn fits(wheel: &WheelFilename, runtime: Runtime, glibc: Glibc, in_image: bool) -> bool {
    let text = wheel.to_string();
    let fits = wheel.fit(runtime, glibc).is_some();
    (fits && text.ends_with("-none-any.whl")) || (in_image && text.ends_with(&format!("-linux_{}.whl", runtime.architecture.machine())))
}

pub(super) fn refuse_credentials(index: &Index) -> Result<(), ResolveError> {
    let has_credentials = |url: &String| url.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')));
    if index.urls.iter().any(has_credentials) {
        let reason = "the address of the index has credentials, which code of a package must not see: use an index without, or `UV_INDEX_NAME_USERNAME`";
        return Err(failure(BUILD_REFUSED, reason.to_owned()));
    }
    Ok(())
}

/// What a build backend said before it gave up: what was raised last, and its last words.
fn reason(stderr: &str) -> String {
    let of_uv = ["error: ", "cause: ", "hint: ", "Building ", "warning: ", "[stderr]", "[stdout]", "Traceback", "File \"", "During handling"];
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty() && !of_uv.iter().any(|start| line.starts_with(start))).collect();
    let is_raised = |line: &&&str| {
        let name = line.split(": ").next().unwrap_or("").to_ascii_lowercase();
        line.contains(": ") && !name.contains(' ') && (name.ends_with("error") || name.ends_with("exception"))
    };
    let mut said: Vec<&str> = lines.iter().rev().find(is_raised).into_iter().chain(lines.last()).copied().collect();
    said.dedup();
    let text = if said.is_empty() { stderr.trim().lines().last().unwrap_or("it said nothing").to_owned() } else { said.join("; ") };
    text.chars().filter(|c| !c.is_control()).take(REASON_MAX_CHARS).collect()
}

/// A package whose build backend gave up, which uv tells on `stderr`.
pub(super) fn does_not_build(package: &str, stderr: &str) -> ResolveError {
    failure(BUILD_FAILED, format!("`{}` does not build from its source: {}", shown(package), reason(stderr)))
}

fn failure(code: &str, reason: String) -> ResolveError {
    ResolveError::Package(Failure::new(code, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pure_wheels_anywhere_and_native_ones_in_the_image() {
        for (wheel, in_image, expected) in [
            ("x-1-py3-none-any.whl", false, true),
            ("x-1-py2.py3-none-any.whl", false, true),
            ("x-1-cp313-cp313-linux_x86_64.whl", false, false),
            ("x-1-cp313-cp313-linux_x86_64.whl", true, true),
            ("x-1-cp313-cp313-linux_aarch64.whl", true, false),
            ("x-1-py2-none-any.whl", false, false),
        ] {
            let fits = fits(&wheel.parse().expect("valid"), "p3.13".parse().expect("valid"), "2.34".parse().expect("valid"), in_image);
            assert_eq!(fits, expected, "{wheel}");
        }
    }

    #[test]
    fn an_index_with_credentials_is_not_shown_to_packages() {
        for (url, refused) in [("https://index.example/simple", false), ("https://me:secret@index.example/simple", true), ("https://index.example/@x", false)] {
            assert_eq!(refuse_credentials(&Index { urls: vec![url.to_owned()] }).is_err(), refused, "{url}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let stderr = "Building wheel from source distribution...\nTraceback (most recent call last):\n  File \"<string>\", line 95\ngdal_config_error: No such file: 'gdal-config'\n\nCould not find gdal-config. Install the headers.\nerror: Failed to build `/x/gdal.tar.gz`\n  cause: The build backend returned an error\n";
        assert_eq!(reason(stderr), "gdal_config_error: No such file: 'gdal-config'; Could not find gdal-config. Install the headers.");
        let stderr = "Exception: Can not find valid pkg-config name.\nTrying pkg-config --exists mariadb\nCommand 'pkg-config' returned 1.\nerror: Failed\n";
        assert_eq!(reason(stderr), "Exception: Can not find valid pkg-config name.; Command 'pkg-config' returned 1.");
        assert_eq!(reason("error: nothing"), "error: nothing");
    }
}
