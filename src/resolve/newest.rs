//! The newest version that an index has, to tell when an older one had to be chosen.

use std::fmt;

use pep440_rs::{Version, VersionSpecifiers};
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Index;
use crate::domain::{Glibc, HeldBack, HeldBackReason, NormalizedName, PackageRequest, Runtime, WheelFilename};
use crate::outside::OutsideError;
use crate::outside::http::{Http, host};
use crate::outside::patience::Hosts;

/// <https://packaging.python.org/en/latest/specifications/simple-repository-api/#json-based-simple-api>
pub(super) const MEDIA_TYPE: &str = "application/vnd.pypi.simple.v1+json";
/// The largest project pages of today have about 20 MB. Eight may be in memory at once.
pub(super) const PAGE_MAX_BYTES: u64 = 64 << 20;
/// The largest projects of today have some ten thousand.
const FILES_MAX: usize = 100_000;

/// The files that a project has on the index.
#[derive(Debug, Default)]
pub struct Releases {
    files: Vec<ReleaseFile>,
}

#[derive(Debug)]
struct ReleaseFile {
    version: Version,
    requires_python: Option<VersionSpecifiers>,
    wheel: Option<WheelFilename>,
}

/// A project's page.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    #[serde(deserialize_with = "not_too_many")]
    pub files: Vec<PageFile>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct PageFile {
    pub filename: String,
    #[serde(default)]
    requires_python: Option<String>,
    #[serde(default)]
    pub yanked: Yanked,
}

/// Whether a file was withdrawn: `true`, or the reason as a text. Anything else says nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Yanked {
    #[default]
    No,
    Yes(String),
}

impl Releases {
    /// Asks the indexes in turn, as `uv` does: the first that has the project counts. An index that
    /// has no JSON form tells nothing.
    ///
    /// # Errors
    /// When an index cannot be asked.
    pub async fn of(package: &NormalizedName, index: &Index, http: &Http, hosts: &Hosts) -> Result<Self, OutsideError> {
        for url in &index.urls {
            let host = host(url);
            hosts.may_ask(&host)?;
            let answer = http.get(&format!("{url}/{package}/"), MEDIA_TYPE, PAGE_MAX_BYTES).await;
            match &answer {
                Ok(_) => hosts.answered(&host),
                Err(error) => hosts.failed(&host, error),
            }
            match answer {
                Ok((_, body)) => return Ok(serde_json::from_slice::<Page>(&body).map(|page| Self::from_page(page, package)).unwrap_or_default()),
                Err(OutsideError::Status { status: 404, .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self::default())
    }

    fn from_page(page: Page, package: &NormalizedName) -> Self {
        let files = page.files.into_iter().filter(|file| file.yanked == Yanked::No).filter_map(|file| {
            let wheel: Option<WheelFilename> = file.filename.parse().ok();
            let version = match &wheel {
                Some(wheel) => wheel.version.parse().ok()?,
                None => sdist_version(&file.filename, package)?,
            };
            let requires_python = file.requires_python.and_then(|text| text.parse().ok());
            Some(ReleaseFile { version, requires_python, wheel })
        });
        Self { files: files.collect() }
    }

    /// What the project has instead, when no file of any release is a wheel that the runtime takes.
    pub fn instead_of_wheels(&self, runtime: Runtime, glibc: Glibc) -> Option<String> {
        let newest = self.files.iter().filter(|file| !file.version.any_prerelease()).map(|file| &file.version).max()?;
        if self.files.iter().any(|file| file.wheel.as_ref().is_some_and(|wheel| wheel.fit(runtime, glibc).is_some())) {
            return None;
        }
        let of_newest = || self.files.iter().filter(|file| file.version == *newest);
        let what = match (of_newest().any(|file| file.wheel.is_some()), of_newest().any(|file| file.wheel.is_none())) {
            (true, true) => "its source, and wheels for other systems or Pythons",
            (true, false) => "wheels for other systems or Pythons",
            (false, _) => "its source alone",
        };
        Some(format!("{newest}, its newest release, has {what}"))
    }

    /// Whether a final release that the request admits and the runtime's Python may use is newer than `chosen`.
    pub fn held_back(&self, request: &PackageRequest, chosen: &str, runtime: Runtime, glibc: Glibc) -> Option<HeldBack> {
        let chosen_version: Version = chosen.parse().ok()?;
        let python: Version = format!("{}.0", runtime.python).parse().ok()?;
        let usable = self.files.iter().filter(|file| {
            !file.version.any_prerelease() && request.admits(&file.version) && file.requires_python.as_ref().is_none_or(|needed| needed.contains(&python))
        });
        let newest = usable.map(|file| &file.version).max().filter(|newest| **newest > chosen_version)?;
        let has_wheel = self.files.iter().any(|file| &file.version == newest && file.wheel.as_ref().is_some_and(|wheel| wheel.fit(runtime, glibc).is_some()));
        let reason = if has_wheel { HeldBackReason::Dependency } else { HeldBackReason::NoWheel };
        Some(HeldBack { chosen: chosen.to_owned(), newest: newest.to_string(), reason })
    }
}

/// As they come, until there are more than anybody has: what is larger is an attack on our memory.
fn not_too_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PageFile>, D::Error> {
    struct Files;
    impl<'de> Visitor<'de> for Files {
        type Value = Vec<PageFile>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of files")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut files = Vec::new();
            while let Some(file) = list.next_element()? {
                if files.len() == FILES_MAX {
                    return Err(de::Error::custom("too many files"));
                }
                files.push(file);
            }
            Ok(files)
        }
    }
    deserializer.deserialize_seq(Files)
}

impl<'de> Deserialize<'de> for Yanked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YankedVisitor)
    }
}

/// Keeps nothing of what a page should not have there, however much it is.
struct YankedVisitor;

impl<'de> Visitor<'de> for YankedVisitor {
    type Value = Yanked;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whether a file was withdrawn")
    }
    fn visit_bool<E>(self, yanked: bool) -> Result<Yanked, E> {
        Ok(if yanked { Yanked::Yes(String::new()) } else { Yanked::No })
    }
    fn visit_str<E>(self, reason: &str) -> Result<Yanked, E> {
        Ok(Yanked::Yes(reason.to_owned()))
    }
    fn visit_unit<E>(self) -> Result<Yanked, E> {
        Ok(Yanked::No)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Yanked, E> {
        Ok(Yanked::No)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Yanked, E> {
        Ok(Yanked::No)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Yanked, E> {
        Ok(Yanked::No)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Yanked, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Yanked::No)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Yanked, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Yanked::No)
    }
}

/// `name-1.0.tar.gz`, whose name may be spelled in any way.
fn sdist_version(filename: &str, package: &NormalizedName) -> Option<Version> {
    let stem = [".tar.gz", ".zip", ".tar.bz2"].iter().find_map(|extension| filename.strip_suffix(extension))?;
    stem.match_indices('-').find_map(|(at, _)| {
        let name: crate::domain::PackageName = stem[..at].parse().ok()?;
        if name.normalized() == *package { stem[at + 1..].parse().ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_back(files: &str, request: &str, chosen: &str) -> Option<(String, HeldBackReason)> {
        let page: Page = serde_json::from_str(&format!(r#"{{"files": [{files}]}}"#)).expect("a page");
        let releases = Releases::from_page(page, &"my-pkg".parse().expect("valid"));
        let held = releases.held_back(&request.parse().expect("valid"), chosen, "p3.13".parse().expect("valid"), "2.34".parse().expect("valid"));
        held.map(|held| (held.newest, held.reason))
    }

    const ONE: &str = r#"{"filename": "my_pkg-1.0-py3-none-any.whl"}"#;

    #[test]
    fn a_newer_release_without_a_fitting_wheel_holds_back() {
        let no_wheel = format!(r#"{ONE}, {{"filename": "my-pkg-2.0.tar.gz"}}, {{"filename": "my_pkg-2.0-cp312-cp312-manylinux_2_17_x86_64.whl"}}"#);
        assert_eq!(held_back(&no_wheel, "my-pkg", "1.0"), Some(("2.0".to_owned(), HeldBackReason::NoWheel)));
        assert_eq!(held_back(&no_wheel, "my-pkg<2", "1.0"), None);
        let dependency = format!(r#"{ONE}, {{"filename": "my_pkg-2.0-py3-none-any.whl"}}"#);
        assert_eq!(held_back(&dependency, "my-pkg", "1.0"), Some(("2.0".to_owned(), HeldBackReason::Dependency)));
        assert_eq!(held_back(&dependency, "my-pkg", "2.0"), None);
    }

    #[test]
    fn what_there_is_instead_of_wheels() {
        for (files, expected) in [
            (r#"{"filename": "my-pkg-1.0.tar.gz"}"#, Some("1.0, its newest release, has its source alone")),
            (
                r#"{"filename": "my-pkg-1.0.tar.gz"}, {"filename": "my_pkg-1.0-cp313-cp313-win_amd64.whl"}"#,
                Some("1.0, its newest release, has its source, and wheels for other systems or Pythons"),
            ),
            (r#"{"filename": "my_pkg-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"}"#, Some("1.0, its newest release, has wheels for other systems or Pythons")),
            (ONE, None),
        ] {
            let page: Page = serde_json::from_str(&format!(r#"{{"files": [{files}]}}"#)).expect("a page");
            let releases = Releases::from_page(page, &"my-pkg".parse().expect("valid"));
            assert_eq!(releases.instead_of_wheels("p3.13".parse().expect("valid"), "2.34".parse().expect("valid")).as_deref(), expected, "{files}");
        }
    }

    #[test]
    fn prereleases_yanked_files_and_other_pythons_do_not_count() {
        for file in [
            r#"{"filename": "my_pkg-2.0rc1-py3-none-any.whl"}"#,
            r#"{"filename": "my_pkg-2.0-py3-none-any.whl", "yanked": true}"#,
            r#"{"filename": "my_pkg-2.0-py3-none-any.whl", "yanked": "broken"}"#,
            r#"{"filename": "my_pkg-2.0-py3-none-any.whl", "requires-python": ">=3.14"}"#,
            r#"{"filename": "other-2.0.tar.gz"}"#,
        ] {
            assert_eq!(held_back(&format!("{ONE}, {file}"), "my-pkg", "1.0"), None, "{file}");
        }
    }

    #[test]
    fn what_a_page_should_not_have_is_not_kept() {
        for yanked in ["null", "7", "-1", "1.5", "[[[1]]]", r#"{"a": {"b": []}}"#, "false"] {
            let page: Page = serde_json::from_str(&format!(r#"{{"files": [{{"filename": "x", "yanked": {yanked}, "more": [{yanked}]}}]}}"#)).expect(yanked);
            assert_eq!(page.files[0].yanked, Yanked::No, "{yanked}");
        }
        let files = |count: usize| format!(r#"{{"files": [{}]}}"#, vec![r#"{"filename":""}"#; count].join(","));
        assert!(serde_json::from_str::<Page>(&files(FILES_MAX)).is_ok());
        assert!(serde_json::from_str::<Page>(&files(FILES_MAX + 1)).is_err());
        let deep = format!(r#"{{"files": [{{"filename": "x", "yanked": {}"#, "[".repeat(1_000_000));
        assert!(serde_json::from_str::<Page>(&deep).is_err(), "and the stack holds");
    }
}
