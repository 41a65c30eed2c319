//! What the machine that a layer runs on has itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::version;
use crate::domain::{Architecture, Glibc, PythonMinor};

/// Read once. It is part of the program, so it is right or no test passes.
static SYSTEMS: LazyLock<BTreeMap<String, System>> = LazyLock::new(|| toml::from_str(include_str!("images.toml")).expect("our own file"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct System {
    both: Part,
    x86_64: Part,
    arm64: Part,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Part {
    loader: Option<String>,
    libraries: Vec<String>,
    newest: BTreeMap<String, String>,
    versions: Vec<String>,
}

/// The libraries of a runtime, and the versions of their symbols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    architecture: Architecture,
    loader: String,
    libraries: BTreeSet<String>,
    newest: BTreeMap<String, String>,
    versions: BTreeSet<String>,
}

/// How the runtime answers to a needed version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It has it.
    Has,
    /// It has only up to this one.
    Newest(String),
    /// It knows none of this kind.
    Unknown,
}

impl Image {
    /// The image of AWS's `operating_system` (`AL2`, `AL2023`) with this Python, if we know it.
    pub fn of(operating_system: &str, python: PythonMinor, architecture: Architecture, glibc: Glibc) -> Option<Self> {
        let system = SYSTEMS.get(operating_system)?;
        let parts = match architecture {
            Architecture::X86_64 => [&system.both, &system.x86_64],
            Architecture::Arm64 => [&system.both, &system.arm64],
        };
        let all = |of: fn(&Part) -> &Vec<String>| parts.into_iter().flat_map(move |part| of(part).iter().cloned());
        let python = [format!("libpython{python}.so.1.0")];
        let newest = parts.into_iter().flat_map(|part| part.newest.clone()).chain([("GLIBC".to_owned(), glibc.to_string())]);
        Some(Self {
            architecture,
            loader: parts.into_iter().find_map(|part| part.loader.clone())?,
            libraries: all(|part| &part.libraries).chain(python).collect(),
            newest: newest.collect(),
            versions: all(|part| &part.versions).collect(),
        })
    }

    /// The processor that it runs on.
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Whether `library` is surely there, and where `LD_LIBRARY_PATH` leads.
    pub fn has(&self, library: &str) -> bool {
        self.libraries.contains(library)
    }

    /// The path of its loader.
    pub(super) fn loader(&self) -> &str {
        &self.loader
    }

    /// Whether its libraries have the symbols of `version`.
    pub(super) fn answer(&self, version: &str) -> Answer {
        if self.versions.contains(version) {
            return Answer::Has;
        }
        let Some((family, needed)) = version::parts(version) else { return Answer::Unknown };
        match self.newest.get(family) {
            Some(newest) if version::numbers(newest).is_some_and(|newest| needed <= newest) => Answer::Has,
            Some(newest) => Answer::Newest(format!("{family}_{newest}")),
            None => Answer::Unknown,
        }
    }

    /// Whether its glibc is at least `glibc`.
    pub(super) fn has_glibc(&self, glibc: &str) -> bool {
        self.answer(&format!("GLIBC_{glibc}")) == Answer::Has
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(system: &str, python: &str, architecture: Architecture, glibc: &str) -> Option<Image> {
        Image::of(system, python.parse().expect(python), architecture, glibc.parse().expect(glibc))
    }

    #[test]
    fn systems_and_architectures() {
        for (system, architecture, library, has) in [
            ("AL2023", Architecture::X86_64, "libc.so.6", true),
            ("AL2023", Architecture::X86_64, "ld-linux-x86-64.so.2", true),
            ("AL2023", Architecture::X86_64, "ld-linux-aarch64.so.1", false),
            ("AL2023", Architecture::Arm64, "ld-linux-aarch64.so.1", true),
            ("AL2023", Architecture::X86_64, "libmvec.so.1", true),
            ("AL2023", Architecture::Arm64, "libmvec.so.1", false),
            ("AL2023", Architecture::X86_64, "libpython3.13.so.1.0", true),
            ("AL2023", Architecture::X86_64, "libpython3.12.so.1.0", false),
            ("AL2023", Architecture::X86_64, "libcrypt.so.1", false),
            ("AL2", Architecture::X86_64, "libcrypt.so.1", true),
            ("AL2023", Architecture::X86_64, "libexpat.so.1", false),
            ("AL2", Architecture::X86_64, "libexpat.so.1", false),
            ("AL2023", Architecture::X86_64, "libGL.so.1", false),
        ] {
            let image = image(system, "3.13", architecture, "2.34").expect(system);
            assert_eq!(image.has(library), has, "{library} on {system} {architecture}");
        }
        assert_eq!(image("AL1", "3.7", Architecture::X86_64, "2.17"), None);
    }

    #[test]
    fn versions() {
        let al2023 = |version: &str| image("AL2023", "3.13", Architecture::X86_64, "2.34").expect("known").answer(version);
        let newest = |version: &str| Answer::Newest(version.to_owned());
        for (version, expected) in [
            ("GLIBC_2.2.5", Answer::Has),
            ("GLIBC_2.34", Answer::Has),
            ("GLIBC_2.35", newest("GLIBC_2.34")),
            ("GLIBCXX_3.4", Answer::Has),
            ("GLIBCXX_3.4.29", Answer::Has),
            ("GLIBCXX_3.4.30", newest("GLIBCXX_3.4.29")),
            ("CXXABI_FLOAT128", Answer::Has),
            ("GCC_14.0.0", newest("GCC_7.0.0")),
            ("GLIBC_PRIVATE", Answer::Unknown),
            ("GLIBC_ABI_DT_RELR", Answer::Unknown),
            ("OTHER_1.0", Answer::Unknown),
        ] {
            assert_eq!(al2023(version), expected, "{version}");
        }
        let al2 = image("AL2", "3.11", Architecture::Arm64, "2.26").expect("known");
        assert_eq!((al2.answer("GLIBC_2.26"), al2.answer("GLIBC_2.27")), (Answer::Has, newest("GLIBC_2.26")));
    }
}
