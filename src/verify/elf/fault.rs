//! What can be wrong with the compiled files of a layer.

use crate::domain::{Architecture, shown};
use crate::report::{Location, Problem};

/// Something wrong with one or more compiled files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ElfFault {
    /// The path in the layer of the first file that has it.
    pub path: String,
    /// How many more have it.
    pub more: usize,
    /// What is wrong with them.
    pub kind: ElfFaultKind,
}

/// The kinds of faults.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ElfFaultKind {
    /// The file cannot be read as the loader reads it.
    Unreadable {
        /// Why it cannot be.
        reason: &'static str,
    },
    /// The file is for another machine.
    WrongMachine {
        /// The machine that it is for, in words.
        found: String,
        /// The machine that the layer is for.
        expected: Architecture,
    },
    /// The file is a program that wants another loader than the machine's.
    WrongLoader {
        /// The path of the loader that it wants.
        loader: String,
    },
    /// A library of the runtime is too old for the file.
    TooNew {
        /// The name of the library.
        library: String,
        /// The version of symbols that the file needs.
        version: String,
        /// The newest that the library has, if it has any of this family.
        newest: Option<String>,
    },
    /// The file needs what is private to the parts of one build of glibc.
    Private {
        /// The name of the library.
        library: String,
    },
    /// A needed library is nowhere.
    Missing {
        /// The name of the library.
        library: String,
    },
    /// A needed library is in the layer, but not where it is looked for.
    Elsewhere {
        /// The name of the library.
        library: String,
        /// The path in the layer where it is.
        place: String,
    },
    /// The libraries need one another in more ways than can be followed.
    Tangled,
}

impl ElfFault {
    /// The problem with the archive `file`.
    pub fn at(self, file: &str) -> Problem {
        let path = shown(&self.path);
        let (who, need, is) = match self.more {
            0 => (format!("`{path}`"), "needs", "is"),
            1 => (format!("`{path}` and another file"), "need", "are"),
            more => (format!("`{path}` and {more} other files"), "need", "are"),
        };
        let as_data = format!("if it is never loaded, allow it in the package's settings: `allow = [\"{path}\"]`, or its folder with a `/` at the end");
        let as_library = |library: &str| format!("if nothing of use needs it, allow it in the package's settings: `allow = [\"{}\"]`", shown(library));
        let (code, message, help) = match self.kind {
            ElfFaultKind::Unreadable { reason } => (
                "elf-unreadable",
                format!("{who} cannot be read as a program or library: {reason}"),
                format!("the wheel is at fault: report it to the package; {as_data}"),
            ),
            ElfFaultKind::WrongMachine { found, expected } => (
                "elf-wrong-machine",
                format!("{who} {is} for {}, not for {}", shown(found), machine(expected)),
                format!("the wheel was built for another machine than it says: report it to the package, or hold the package back; {as_data}"),
            ),
            ElfFaultKind::WrongLoader { loader } => (
                "elf-wrong-loader",
                format!("{who} {need} the loader `{}`, which Lambda does not have", shown(loader)),
                format!("ask the package for a build for glibc (`manylinux`), linked in the usual way; {as_data}"),
            ),
            ElfFaultKind::TooNew { library, version, newest } => (
                "elf-too-new",
                format!(
                    "{who} {need} `{}` of `{}`; Lambda's has {}",
                    shown(version),
                    shown(library),
                    newest.map_or("no such version".to_owned(), |newest| format!("versions up to `{}`", shown(newest)))
                ),
                format!("hold the package at a version that is built for an older system, or ask it for a wheel with a lower `manylinux` tag; {as_data}"),
            ),
            ElfFaultKind::Private { library } => (
                "elf-private-symbols",
                format!("{who} {need} private symbols of `{}`: that works only with the one glibc that it was built with", shown(library)),
                format!("the wheel brings along parts of glibc, which it must not: report it to the package, or hold the package back; {as_data}"),
            ),
            ElfFaultKind::Missing { library } => (
                "elf-library-missing",
                format!("{who} {need} the library `{}`, which is neither in the layer nor surely in Lambda's runtime", shown(&library)),
                format!("the package must bring it along (auditwheel does that): report it to the package, or hold the package back; {}", as_library(&library)),
            ),
            ElfFaultKind::Elsewhere { library, place } => (
                "elf-library-not-found",
                format!("{who} {need} the library `{}`; the layer has it as `{}`, where the loader does not look", shown(&library), shown(place)),
                format!(
                    "the wheel lacks the path (`RPATH`) to it: report it to the package; if its Python code loads it first, allow it in the package's settings: `allow = [\"{}\"]`",
                    shown(&library)
                ),
            ),
            ElfFaultKind::Tangled => (
                "elf-too-tangled",
                "its libraries need one another in more ways than can be followed".to_owned(),
                "the wheel is at fault: report it to the package".to_owned(),
            ),
        };
        Problem::new(Location::file(file), code, message, &help)
    }
}

/// The machine in words, as [`super::ElfContent::Foreign`] names others.
pub(super) fn machine(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "64-bit x86",
        Architecture::Arm64 => "64-bit ARM",
    }
}
