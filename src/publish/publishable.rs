//! An archive that may be published, with the regions that want it.

use std::path::Path;

use super::{Content, Identity, Memory, Payload, PublishRequest, limits};
use crate::domain::{ArchiveRecord, LayerName, RegionCode, Sha256, one_line};
use crate::verify::VerifiedArchive;

/// Longest licence that is recorded, in characters: a row may name one of any length, and wheels name expressions of up
/// to 1,000.
const RECORDED_LICENSE_MAX_CHARS: usize = 2_000;

/// A verified archive to be published. Nothing else can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishable {
    archive: VerifiedArchive,
    regions: Vec<RegionCode>,
}

impl Publishable {
    /// A verified archive, wanted in `regions`.
    pub fn new(archive: VerifiedArchive, mut regions: Vec<RegionCode>) -> Self {
        regions.sort();
        regions.dedup();
        Self { archive, regions }
    }

    /// The verified archive.
    pub fn archive(&self) -> &VerifiedArchive {
        &self.archive
    }

    /// The path of its zip.
    pub fn zip(&self) -> &Path {
        self.archive.zip()
    }

    pub(super) fn payload(&self, memory: Memory) -> Payload {
        Payload::within(self.zip(), self.archive.manifest().zip_sha256, memory)
    }

    /// Where it is wanted, sorted, each region once.
    pub fn regions(&self) -> &[RegionCode] {
        &self.regions
    }

    /// The description of its layer versions, by which they are found again after a crash.
    pub fn description(&self) -> String {
        let manifest = self.archive.manifest();
        format!("{}=={} | {}", manifest.package, manifest.version, manifest.requirements_sha256)
    }

    /// What tells it from every other archive of a run.
    pub(super) fn key(&self) -> (LayerName, Sha256) {
        (self.archive.manifest().layer.clone(), self.archive.manifest().zip_sha256)
    }

    /// Whether it is too large to travel inside a request.
    pub(super) fn needs_staging(&self) -> bool {
        self.archive.manifest().zip_bytes > limits::INLINE_MAX_BYTES
    }

    pub(super) fn request(&self, content: Content) -> PublishRequest {
        PublishRequest {
            layer: self.archive.manifest().layer.clone(),
            description: self.description(),
            license: limits::shortened_license(&self.archive.manifest().license),
            pythons: vec![self.archive.manifest().runtime.python],
            architectures: vec![self.archive.manifest().runtime.architecture],
            content,
        }
    }

    pub(super) fn record(&self, identity: &Identity) -> ArchiveRecord {
        let facts = self.archive.manifest().clone();
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
            license: one_line(&facts.license, RECORDED_LICENSE_MAX_CHARS),
            lock: self.archive.lock().to_owned(),
            papers: Some(self.archive.papers()),
        }
    }
}
