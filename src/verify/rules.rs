//! What archives are held to, beyond what holds for all.

use std::collections::{BTreeMap, BTreeSet};

use super::elf::Image;
use crate::domain::{Glibc, Need, NormalizedName, Runtime};

/// The rules of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The operating system and the C library of each runtime.
    pub platforms: BTreeMap<Runtime, Platform>,
    /// What settings allow, by package or bundle.
    pub allowed: BTreeMap<NormalizedName, BTreeSet<String>>,
    /// Whether an archive must have been imported.
    pub import_test: Need,
}

/// What a runtime stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// AWS's name of its operating system, as `AL2023`.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
    pub operating_system: String,
    /// The newest version of the C library's symbols.
    pub glibc: Glibc,
}

impl Rules {
    /// What the machine of a runtime has; nothing when that is not known.
    pub fn image(&self, runtime: Runtime) -> Option<Image> {
        let platform = self.platforms.get(&runtime)?;
        Image::of(&platform.operating_system, runtime.python, runtime.architecture, platform.glibc)
    }

    /// What the settings of a package or bundle allow.
    pub fn allowed(&self, package: &NormalizedName) -> BTreeSet<String> {
        self.allowed.get(package).cloned().unwrap_or_default()
    }
}
