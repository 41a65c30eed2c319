//! Reads a `pylock.toml` and chooses the wheel of each package that fits a runtime best.
//!
//! <https://packaging.python.org/en/latest/specifications/pylock-toml/>. `uv` resolved for one
//! runtime, so every package in the lock is wanted there and its markers are not looked at again.

use std::collections::BTreeMap;

use pep440_rs::Version;
use serde::Deserialize;

use crate::domain::{Glibc, Locked, LockedWheel, NormalizedName, PackageName, Pin, RemoteFile, Runtime, Sha256, WheelFilename, sentence, shown};
use crate::outside::http::without_credentials;

/// Longest reason of the parser's, in characters: it repeats what it does not understand.
const REASON_MAX_CHARS: usize = 500;

/// Why a lock cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// It is not a lock.
    #[error("the lock cannot be read: {0}")]
    Malformed(String),
    /// It has one package twice.
    #[error("the lock has `{0}` twice")]
    Twice(NormalizedName),
    /// It has a package without a wheel that can be used.
    #[error("the lock has no wheel of `{package}` {version} for {runtime}")]
    NoWheel {
        /// The distribution without one.
        package: NormalizedName,
        /// The version that was chosen of it.
        version: String,
        /// The runtime that none fits.
        runtime: Runtime,
    },
    /// It has a wheel that could be anything.
    #[error("the lock has no SHA-256 for `{0}`")]
    NoHash(String),
    /// It has a name and a password in an address, and locks are published.
    #[error("the lock has credentials in the address of `{0}`, and everybody can read locks")]
    Credentials(String),
    /// It lacks the package that it was made for.
    #[error("the lock does not have `{0}`")]
    Absent(NormalizedName),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    lock_version: String,
    #[serde(default)]
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: PackageName,
    version: Option<Version>,
    #[serde(default)]
    wheels: Vec<File>,
    sdist: Option<File>,
}

#[derive(Debug, Deserialize)]
struct File {
    name: Option<String>,
    url: Option<String>,
    size: Option<u64>,
    #[serde(default)]
    hashes: BTreeMap<String, String>,
}

/// The packages of a lock with the wheel of each for `runtime`, sorted by name. One that has no wheel at all but a
/// source was resolved so on purpose.
///
/// # Errors
/// When the lock is malformed, or a package in it has no file with a SHA-256 that fits.
pub fn pins(lock: &str, runtime: Runtime, glibc: Glibc) -> Result<Vec<Locked>, LockError> {
    let document: Document = toml::from_str(lock).map_err(|error| LockError::Malformed(sentence(error.message(), REASON_MAX_CHARS)))?;
    if !document.lock_version.starts_with("1.") {
        return Err(LockError::Malformed(format!("its version is `{}` and 1.0 is understood", shown(&document.lock_version))));
    }
    let mut pins = BTreeMap::new();
    for package in document.packages {
        let name = package.name.normalized();
        let version = package.version.map(|version| version.to_string()).unwrap_or_default();
        let wheel = best_wheel(&package.wheels, &name, runtime, glibc)?;
        let pin = match (wheel, &package.sdist) {
            (Some(wheel), _) => Locked::Wheel(Pin { name: name.clone(), version, wheel, built_from: None }),
            (None, Some(sdist)) if package.wheels.is_empty() => Locked::Source { name: name.clone(), version, source: sdist.remote()? },
            (None, _) => return Err(LockError::NoWheel { package: name, version, runtime }),
        };
        if pins.insert(name.clone(), pin).is_some() {
            return Err(LockError::Twice(name));
        }
    }
    Ok(pins.into_values().collect())
}

/// The pin of the package that the lock was made for.
///
/// # Errors
/// When it is not there.
pub fn wanted_pin<'a>(pins: &'a [Locked], wanted: &NormalizedName) -> Result<&'a Locked, LockError> {
    pins.iter().find(|pin| pin.name() == wanted).ok_or_else(|| LockError::Absent(wanted.clone()))
}

fn best_wheel(wheels: &[File], package: &NormalizedName, runtime: Runtime, glibc: Glibc) -> Result<Option<LockedWheel>, LockError> {
    let candidates = wheels.iter().filter_map(|wheel| {
        let filename: WheelFilename = wheel.filename()?.parse().ok()?;
        let fit = filename.fit(runtime, glibc).filter(|_| filename.name == *package)?;
        Some((fit, filename, wheel))
    });
    // Two that fit alike differ in their build number; the greater name is the later build.
    let Some((_, filename, wheel)) = candidates.max_by(|(fit, name, _), (other_fit, other_name, _)| (fit, name).cmp(&(other_fit, other_name))) else {
        return Ok(None);
    };
    let RemoteFile { url, sha256, size_bytes, .. } = wheel.remote()?;
    Ok(Some(LockedWheel { filename, url, sha256, size_bytes }))
}

impl File {
    fn remote(&self) -> Result<RemoteFile, LockError> {
        let filename = self.filename().filter(|name| is_file_name(name)).ok_or_else(|| LockError::Malformed("a file has no name".to_owned()))?;
        let sha256 = self.hashes.get("sha256").and_then(|hash| hash.to_ascii_lowercase().parse::<Sha256>().ok());
        let sha256 = sha256.ok_or_else(|| LockError::NoHash(filename.clone()))?;
        let url = self.url.clone().ok_or_else(|| LockError::Malformed(format!("`{}` has no address", shown(&filename))))?;
        if without_credentials(&url) != url {
            return Err(LockError::Credentials(filename));
        }
        Ok(RemoteFile { filename, url, sha256, size_bytes: self.size })
    }

    fn filename(&self) -> Option<String> {
        if let Some(name) = &self.name {
            return Some(name.clone());
        }
        let url = self.url.as_deref()?;
        let path = url.split(['?', '#']).next().unwrap_or(url);
        // Addresses escape the `+` and `!` of versions.
        Some(path.rsplit('/').next()?.replace("%2B", "+").replace("%2b", "+").replace("%21", "!"))
    }
}

/// A source is put into a folder under its own name, because builders read it.
fn is_file_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '!');
    name.len() <= 200 && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(wheels: &str) -> String {
        format!("lock-version = \"1.0\"\n[[packages]]\nname = \"my.Pkg\"\nversion = \"1.0\"\nmarker = \"python_version < '4'\"\nwheels = [{wheels}]\n")
    }

    fn wheel(file: &str) -> String {
        format!("{{ url = \"https://index.example/a/{file}#x\", size = 7, hashes = {{ sha256 = \"{}\" }} }},", "a".repeat(64))
    }

    fn read(text: &str) -> Result<Vec<Locked>, LockError> {
        pins(text, "p3.13".parse().expect("valid"), "2.34".parse().expect("valid"))
    }

    #[test]
    fn the_best_wheel_is_chosen() {
        let files = [
            "my_pkg-1.0-py3-none-any.whl",
            "my_pkg-1.0-cp313-cp313-manylinux_2_28_x86_64.whl",
            "my_pkg-1.0-cp39-abi3-manylinux_2_34_x86_64.whl",
            "my_pkg-1.0-cp313-cp313-manylinux_2_28_aarch64.whl",
        ];
        let pins = read(&lock(&files.map(wheel).concat())).expect("read");
        assert_eq!(pins.len(), 1);
        let Locked::Wheel(pin) = &pins[0] else { panic!("{pins:?}") };
        assert_eq!((pin.name.as_str(), pin.wheel.filename.to_string().as_str(), pin.wheel.size_bytes), ("my-pkg", files[1], Some(7)));
        assert!(wanted_pin(&pins, &"my-pkg".parse().expect("valid")).is_ok());
        assert!(matches!(wanted_pin(&pins, &"other".parse().expect("valid")), Err(LockError::Absent(_))));
    }

    #[test]
    fn a_source_counts_where_there_is_no_wheel_at_all() {
        let sdist = |name: &str| format!("sdist = {}\n", wheel(name).trim_end_matches(','));
        let pins = read(&(lock("").replace("wheels = []\n", "") + &sdist("my_pkg-1.0.tar.gz"))).expect("read");
        assert!(matches!(&pins[0], Locked::Source { source, .. } if source.filename == "my_pkg-1.0.tar.gz"), "{pins:?}");
        let other = lock(&wheel("my_pkg-1.0-cp39-cp39-win_amd64.whl")) + &sdist("my_pkg-1.0.tar.gz");
        assert!(matches!(read(&other), Err(LockError::NoWheel { .. })));
        assert!(matches!(read(&(lock("") + &sdist("..%2Fx.tar.gz"))), Err(LockError::Malformed(_))));
    }

    #[test]
    fn locks_that_cannot_be_used() {
        let no_hash = "{ url = \"https://index.example/my_pkg-1.0-py3-none-any.whl\", hashes = { md5 = \"1\" } }";
        let twice = lock(&wheel("my_pkg-1.0-py3-none-any.whl")).replace("lock-version = \"1.0\"\n", "");
        let twice = format!("lock-version = \"1.0\"\n{twice}{twice}");
        type Is = fn(&LockError) -> bool;
        let cases: [(String, Is); 6] = [
            ("nonsense".to_owned(), |error| matches!(error, LockError::Malformed(_))),
            ("lock-version = \"2.0\"".to_owned(), |error| matches!(error, LockError::Malformed(_))),
            (lock(""), |error| matches!(error, LockError::NoWheel { .. })),
            (lock(&wheel("other-1.0-py3-none-any.whl")), |error| matches!(error, LockError::NoWheel { .. })),
            (lock(no_hash), |error| matches!(error, LockError::NoHash(_))),
            (twice, |error| matches!(error, LockError::Twice(_))),
        ];
        for (text, is_expected) in cases {
            let error = read(&text).expect_err(&text);
            assert!(is_expected(&error), "{text}: {error:?}");
        }
    }
}
