//! An archive that may be published, with the regions that want it.

use std::path::{Path, PathBuf};

use super::{Content, Identity, PublishRequest, limits};
use crate::domain::{ArchiveRecord, LayerName, NormalizedName, RegionCode, Requirements, Runtime, Sha256};
use crate::verify::VerifiedArchive;

/// What is known of an archive before it is known whose account it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFacts {
    /// For which runtime.
    pub runtime: Runtime,
    /// Which package.
    pub package: NormalizedName,
    /// The package as its row spells it, with its extras.
    pub spelled: String,
    /// The package's version.
    pub version: String,
    /// The layer's name.
    pub layer: LayerName,
    /// What is in it.
    pub requirements: Requirements,
    /// The SHA-256 of the archive.
    pub zip_sha256: Sha256,
    /// The archive's size.
    pub zip_bytes: u64,
    /// Its size when unpacked.
    pub unzipped_bytes: u64,
    /// The package's licence.
    pub license: String,
    /// The lock that it was built from.
    pub lock: String,
}

/// An archive to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishable {
    facts: ArchiveFacts,
    zip: PathBuf,
    regions: Vec<RegionCode>,
}

impl Publishable {
    /// The archive in the file `zip`, wanted in `regions`.
    pub fn new(facts: ArchiveFacts, zip: PathBuf, mut regions: Vec<RegionCode>) -> Self {
        regions.sort();
        regions.dedup();
        Self { facts, zip, regions }
    }

    /// A verified archive, wanted in `regions`.
    pub fn of(archive: &VerifiedArchive, regions: Vec<RegionCode>) -> Self {
        let manifest = archive.manifest().clone();
        let facts = ArchiveFacts {
            runtime: manifest.runtime,
            package: manifest.package,
            spelled: manifest.spelled,
            version: manifest.version,
            layer: manifest.layer,
            requirements: manifest.requirements,
            zip_sha256: manifest.zip_sha256,
            zip_bytes: manifest.zip_bytes,
            unzipped_bytes: manifest.unzipped_bytes,
            license: manifest.license,
            lock: archive.lock().to_owned(),
        };
        Self::new(facts, archive.zip().to_owned(), regions)
    }

    /// What is known of it.
    pub fn facts(&self) -> &ArchiveFacts {
        &self.facts
    }

    /// Where it is.
    pub fn zip(&self) -> &Path {
        &self.zip
    }

    /// Where it is wanted, sorted, each region once.
    pub fn regions(&self) -> &[RegionCode] {
        &self.regions
    }

    /// The description of its layer versions, by which they are found again after a crash.
    pub fn description(&self) -> String {
        let ArchiveFacts { package, version, requirements, .. } = &self.facts;
        format!("{package}=={version} | {}", requirements.sha256())
    }

    /// What tells it from every other archive of a run.
    pub(super) fn key(&self) -> (LayerName, Sha256) {
        (self.facts.layer.clone(), self.facts.zip_sha256)
    }

    /// Whether it is too large to travel inside a request.
    pub(super) fn needs_staging(&self) -> bool {
        self.facts.zip_bytes > limits::INLINE_MAX_BYTES
    }

    pub(super) fn request(&self, content: Content) -> PublishRequest {
        PublishRequest {
            layer: self.facts.layer.clone(),
            description: self.description(),
            license: limits::shortened_license(&self.facts.license),
            pythons: vec![self.facts.runtime.python],
            architectures: vec![self.facts.runtime.architecture],
            content,
        }
    }

    pub(super) fn record(&self, identity: &Identity) -> ArchiveRecord {
        let facts = self.facts.clone();
        ArchiveRecord {
            account: identity.account.clone(),
            partition: identity.partition,
            runtime: facts.runtime,
            package: facts.package,
            spelled: facts.spelled,
            version: facts.version,
            layer: facts.layer,
            requirements: facts.requirements,
            zip_sha256: facts.zip_sha256,
            zip_bytes: facts.zip_bytes,
            unzipped_bytes: facts.unzipped_bytes,
            license: facts.license,
            lock: facts.lock,
        }
    }
}
