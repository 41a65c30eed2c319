//! Changing a local account. One process at a time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::buckets::Buckets;
use super::layer_file::LayerFile;
use super::reader::{STORAGE, copy_archive, facts, identity, layer_names, missing, policy_text, summaries};
use crate::domain::{LayerName, RegionCode, Statement};
use crate::outside::OutsideError;
use crate::outside::files;
use crate::outside::lock::Lock;
use crate::publish::zip_facts::{ZipFacts, ZipReader};
use crate::publish::{
    AccountError, Content, Identity, Payload, PublishRequest, PublishedVersion, ReadAccount, Refusal, StagedObject, Storage, VersionFacts, VersionSummary,
    WriteAccount, limits,
};

/// A local account, held by this process alone.
#[derive(Debug)]
pub struct LocalAccount {
    folder: PathBuf,
    now: Timestamp,
    zips: ZipReader,
    state: Mutex<State>,
    _lock: Lock,
}

/// What is in the folder. Nobody else changes it while we have the lock, so what was read once is known.
#[derive(Debug)]
struct State {
    layers: BTreeMap<(RegionCode, LayerName), LayerFile>,
    buckets: Buckets,
}

impl LocalAccount {
    /// Takes the account in `folder`, making it when it is not there, and removes what a killed process
    /// left half-written. Its versions will say that they were made at `now`.
    ///
    /// # Errors
    /// [`OutsideError::Locked`] when another process has it.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, OutsideError> {
        let lock = Lock::acquire(&folder.join(".lock"))?;
        files::remove_leftovers(folder)?;
        files::create_dir(&folder.join("blobs"))?;
        let state = State { layers: BTreeMap::new(), buckets: Buckets::open(folder)? };
        Ok(Self { folder: folder.to_owned(), now, zips: ZipReader::default(), state: Mutex::new(state), _lock: lock })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look<T>(&self, region: &RegionCode, layer: &LayerName, look: impl FnOnce(&LayerFile) -> T) -> Result<T, AccountError> {
        Ok(look(self.state().layer(&self.folder, region, layer)?))
    }

    /// Changes a layer, in the folder first: what cannot be written has not happened.
    fn change<T>(&self, region: &RegionCode, layer: &LayerName, change: impl FnOnce(&mut LayerFile) -> Result<T, AccountError>) -> Result<T, AccountError> {
        let mut state = self.state();
        let known = state.layer(&self.folder, region, layer)?;
        let mut changed = known.clone();
        let result = change(&mut changed)?;
        if changed != *known {
            changed.write(&self.folder, region, layer)?;
            *known = changed;
        }
        Ok(result)
    }
}

impl State {
    fn layer(&mut self, folder: &Path, region: &RegionCode, layer: &LayerName) -> Result<&mut LayerFile, OutsideError> {
        match self.layers.entry((region.clone(), layer.clone())) {
            std::collections::btree_map::Entry::Occupied(known) => Ok(known.into_mut()),
            std::collections::btree_map::Entry::Vacant(unknown) => Ok(unknown.insert(LayerFile::read(folder, region, layer)?)),
        }
    }
}

impl ReadAccount for LocalAccount {
    async fn identity(&self, region: &RegionCode) -> Result<Identity, AccountError> {
        Ok(identity(region))
    }

    async fn storage(&self, _: &RegionCode) -> Result<Storage, AccountError> {
        Ok(STORAGE)
    }

    async fn list_layers(&self, region: &RegionCode) -> Result<Vec<LayerName>, AccountError> {
        layer_names(&self.folder, region)
    }

    async fn list_versions(&self, region: &RegionCode, layer: &LayerName) -> Result<Vec<VersionSummary>, AccountError> {
        self.look(region, layer, summaries)
    }

    async fn get_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<VersionFacts, AccountError> {
        self.look(region, layer, |file| facts(file, region, layer, version))?
    }

    async fn policy(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<Option<String>, AccountError> {
        self.look(region, layer, |file| policy_text(file, region, layer, version))
    }

    async fn download(&self, region: &RegionCode, layer: &LayerName, version: u64, to: &Path) -> Result<(), AccountError> {
        self.look(region, layer, |file| copy_archive(&self.folder, file, region, layer, version, to))?
    }
}

impl WriteAccount for LocalAccount {
    async fn stage(&self, region: &RegionCode, object: &StagedObject, archive: &Payload) -> Result<(), AccountError> {
        let found = self.zips.facts(archive.file()).await?.sha256;
        if found != archive.sha256() {
            return Err(AccountError::refused(region, object, Refusal::BadDigest, format!("the SHA-256 is {found}, not {}", archive.sha256())));
        }
        self.state().buckets.put(region, object, archive.file())
    }

    async fn unstage(&self, region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
        self.state().buckets.remove(region, object)
    }

    async fn publish_version(&self, region: &RegionCode, request: &PublishRequest) -> Result<PublishedVersion, AccountError> {
        limits::check_request(region, request)?;
        let file = match &request.content {
            Content::Inline(archive) => archive.file().to_owned(),
            Content::Staged(object) => self.state().buckets.get(region, object)?,
        };
        let ZipFacts { sha256, size_bytes, unzipped_bytes } = self.zips.facts(&file).await?;
        let unzipped_bytes = unzipped_bytes.map_err(|reason| {
            AccountError::refused(region, &request.layer, Refusal::InvalidParameterValue, format!("could not unzip the archive: {reason}"))
        })?;
        limits::check_unzipped(region, &request.layer, unzipped_bytes)?;
        // The archive first: a version whose archive is missing must never be seen.
        let blob = self.folder.join("blobs").join(format!("{sha256}.zip"));
        if !blob.exists() {
            files::link_or_copy(&file, &blob)?;
        }
        let version = self.change(region, &request.layer, |layer| Ok(layer.add(request, self.now, sha256, size_bytes, unzipped_bytes)))?;
        Ok(PublishedVersion { version, code_sha256: sha256 })
    }

    async fn add_permission(&self, region: &RegionCode, layer: &LayerName, version: u64, statement: &Statement) -> Result<(), AccountError> {
        limits::check_statement_id(region, layer, &statement.id)?;
        self.change(region, layer, |file| {
            let stored = file.versions.get_mut(&version).ok_or_else(|| missing(region, layer, version))?;
            if stored.statements.contains_key(&statement.id) {
                let (about, message) = (format!("{layer}:{version}"), format!("the statement id ({}) provided already exists", statement.id));
                return Err(AccountError::refused(region, about, Refusal::ResourceConflict, message));
            }
            stored.statements.insert(statement.id.clone(), statement.principal.clone());
            Ok(())
        })
    }

    async fn delete_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<(), AccountError> {
        self.change(region, layer, |file| {
            file.versions.remove(&version);
            Ok(())
        })
    }
}
