//! The gate: the only way to a [`VerifiedArchive`].

use std::path::{Path, PathBuf};

use super::contents::{self, Looked};
use super::{Fault, Rules};
use crate::assemble::import_outcome::ImportOutcome;
use crate::assemble::{BytecodeRecord, ImportRecord, Manifest, SCHEMA, ZipFile};
use crate::domain::{ImportTest, LayerName, Need, Papers, Sha256, one_line};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::report::Problem;

const MANIFEST_MAX_BYTES: u64 = 64 << 20;
const REASON_MAX_CHARS: usize = 200;

/// An archive that passed every check. Its files must not change after that; whoever publishes
/// compares the hash once more with what arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedArchive {
    manifest: Manifest,
    zip: PathBuf,
    lock: String,
    sbom_sha256: Sha256,
}

impl VerifiedArchive {
    /// What it says of itself, which was found to be true.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The path of the zip.
    pub fn zip(&self) -> &Path {
        &self.zip
    }

    /// The lock that it was built from (PEP 751), as text.
    pub fn lock(&self) -> &str {
        &self.lock
    }

    /// What the record keeps of what is written beside it.
    pub fn papers(&self) -> Papers {
        let bytecode = match &self.manifest.bytecode {
            BytecodeRecord::Compiled { .. } => true,
            BytecodeRecord::Omitted { .. } => false,
        };
        Papers { lock_sha256: Sha256::of(self.lock.as_bytes()), sbom_sha256: self.sbom_sha256, import_test: import_test(&self.manifest.import_test), bytecode }
    }
}

/// An archive of which everything but its import was looked at, and found right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    archive: VerifiedArchive,
    imports: Vec<String>,
}

impl Inspected {
    /// What it says of itself, which was found to be true but for the import.
    pub fn manifest(&self) -> &Manifest {
        &self.archive.manifest
    }

    /// The path of the zip.
    pub fn zip(&self) -> &Path {
        &self.archive.zip
    }

    /// The names that its packages are imported by, as their own files say.
    pub fn imports(&self) -> &[String] {
        &self.imports
    }

    /// Notes in the manifest what came of the import test.
    ///
    /// # Errors
    /// When the manifest cannot be written.
    pub fn record(mut self, record: ImportRecord) -> Result<Self, OutsideError> {
        self.archive.manifest.import_test = record;
        files::write(&self.archive.zip.with_extension("json"), self.archive.manifest.canonical().as_bytes(), Durability::Process)?;
        Ok(self)
    }

    /// The archive, if what its manifest says of the import is enough.
    ///
    /// # Errors
    /// Why not.
    pub fn accept(self, rules: &Rules) -> Result<VerifiedArchive, Vec<Problem>> {
        match import_fault(&self.archive.manifest.import_test, rules.import_test) {
            None => Ok(self.archive),
            Some(fault) => Err(vec![fault.at(&self.archive.zip.display().to_string())]),
        }
    }
}

/// Checks the archive `name` of the folder `dist`, believing its manifest in what it says of the import alone.
///
/// # Errors
/// Every problem that was found, in the terms of `dist/<name>.zip`.
pub fn verify(dist: &Path, name: &str, rules: &Rules) -> Result<VerifiedArchive, Vec<Problem>> {
    inspect(dist, name, rules)?.accept(rules)
}

/// The same, before the import.
///
/// # Errors
/// As [`verify`].
pub fn inspect(dist: &Path, name: &str, rules: &Rules) -> Result<Inspected, Vec<Problem>> {
    let zip = dist.join(format!("{name}.zip"));
    let shown = zip.display().to_string();
    let faults = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.at(&shown)).collect::<Vec<_>>();
    let read = |extension: &str, limit| {
        let path = dist.join(format!("{name}.{extension}"));
        files::read(&path, limit).map_err(|_| faults(vec![Fault::FileMissing { name: path.display().to_string() }]))
    };
    let unreadable = |reason: String| faults(vec![Fault::ManifestUnreadable { reason: one_line(&reason, REASON_MAX_CHARS) }]);
    let manifest: Manifest = serde_json::from_slice(&read("json", MANIFEST_MAX_BYTES)?).map_err(|error| unreadable(error.to_string()))?;
    let lock = String::from_utf8(read("pylock.toml", MANIFEST_MAX_BYTES)?).map_err(|error| unreadable(error.to_string()))?;
    let sbom_sha256 = Sha256::of(&read("cdx.json", MANIFEST_MAX_BYTES)?);
    let opened = ZipFile::open(&zip).and_then(|opened| Ok((opened.sha256()?, opened)));
    let (hash, opened) = opened.map_err(|_| faults(vec![Fault::FileMissing { name: shown.clone() }]))?;

    let mut found = Vec::new();
    if name.parse::<LayerName>().ok().as_ref() != Some(&manifest.layer) {
        found.push(Fault::ManifestWrong { what: "`layer`" });
    }
    if manifest.requirements.sha256() != manifest.requirements_sha256 {
        found.push(Fault::ManifestWrong { what: "`requirements_sha256`" });
    }
    if manifest.schema != SCHEMA || manifest.zip_bytes != opened.size() {
        found.push(Fault::ManifestWrong { what: "`schema` or `zip_bytes`" });
    }
    if hash != manifest.zip_sha256 {
        found.push(Fault::HashMismatch { found: hash, expected: manifest.zip_sha256 });
    }
    let Looked { faults: of_contents, imports } = contents::look(&opened, &manifest, rules);
    found.extend(of_contents);
    if found.is_empty() { Ok(Inspected { archive: VerifiedArchive { manifest, zip, lock, sbom_sha256 }, imports }) } else { Err(faults(found)) }
}

fn import_test(record: &ImportRecord) -> ImportTest {
    let not_tested = |reason: &str| ImportTest::NotTested { reason: one_line(reason, REASON_MAX_CHARS) };
    match record {
        ImportRecord::NotTested { reason } => not_tested(reason),
        ImportRecord::Tested { outcome, .. } => match outcome.as_ref() {
            ImportOutcome::Passed(passed) => ImportTest::Passed { milliseconds: passed.seconds.milliseconds() },
            // Only where config wants no import test.
            ImportOutcome::Failed(failure) => not_tested(&format!("its import failed: {}", failure.reason)),
        },
    }
}

/// A failed import is never published, unless nobody wants to know.
fn import_fault(record: &ImportRecord, need: Need) -> Option<Fault> {
    let failure = |outcome: &ImportOutcome| match outcome {
        ImportOutcome::Passed(_) => None,
        ImportOutcome::Failed(failure) => Some(Fault::ImportFailed(Box::new(failure.clone()))),
    };
    match (record, need) {
        (_, Need::Never) | (ImportRecord::NotTested { .. }, Need::IfAvailable) => None,
        (ImportRecord::NotTested { reason }, Need::Required) => Some(Fault::NotImported { reason: reason.clone() }),
        (ImportRecord::Tested { outcome, through_client }, Need::Required | Need::IfAvailable) => {
            failure(outcome).or_else(|| through_client.as_deref().and_then(failure))
        }
    }
}
