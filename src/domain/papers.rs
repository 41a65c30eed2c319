//! What is known of an archive beside its bytes: the papers written with it, by their hashes, and how its import went.

use serde::{Deserialize, Serialize};

use super::Sha256;

/// What the record keeps of an archive's papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Papers {
    /// The SHA-256 of its lock.
    pub lock_sha256: Sha256,
    /// The SHA-256 of its bill of materials.
    pub sbom_sha256: Sha256,
    /// Whether it was imported.
    pub import_test: ImportTest,
    /// Whether its modules are compiled.
    pub bytecode: bool,
}

/// Whether a layer was imported before it was published. One that failed is not published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ImportTest {
    /// It was, under the runtime's Python.
    Passed {
        /// Milliseconds that the cold import of the package took on the machine that tested it.
        milliseconds: u64,
    },
    /// It was published without having been imported with success.
    NotTested {
        /// Why, in words, on one line.
        reason: String,
    },
}

/// The kinds of papers that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaperKind {
    /// The pins of a build, as a `pylock.toml`.
    Lock,
    /// Its bill of materials, as CycloneDX JSON.
    Sbom,
}

/// One paper: whoever has bytes with this hash has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Paper {
    /// Which kind of paper it is.
    pub kind: PaperKind,
    /// The hash of its bytes.
    pub sha256: Sha256,
}

impl PaperKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Lock, Self::Sbom];

    /// The folder of its kind.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Lock => "locks",
            Self::Sbom => "sboms",
        }
    }

    /// How the file's name ends, which decides the type that a host gives it.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Lock => ".toml",
            Self::Sbom => ".json",
        }
    }
}

impl Paper {
    /// Its path below a folder of papers: `locks/<sha256>.toml`.
    pub fn path(self) -> String {
        format!("{}/{}{}", self.kind.folder(), self.sha256, self.kind.ending())
    }
}

impl Papers {
    /// The papers that can be asked for.
    pub fn all(&self) -> [Paper; 2] {
        [Paper { kind: PaperKind::Lock, sha256: self.lock_sha256 }, Paper { kind: PaperKind::Sbom, sha256: self.sbom_sha256 }]
    }
}
