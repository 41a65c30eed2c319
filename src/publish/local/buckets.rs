//! Uploads, as far as Lambda needs them of S3.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::domain::RegionCode;
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::publish::{AccountError, Refusal, StagedObject};

const FILE_MAX_BYTES: u64 = 1 << 20;

/// The buckets of a local account. A bucket belongs to the region that first put something into it.
#[derive(Debug)]
pub(super) struct Buckets {
    folder: PathBuf,
    list: PathBuf,
    regions: BTreeMap<String, RegionCode>,
}

impl Buckets {
    pub(super) fn open(account: &Path) -> Result<Self, OutsideError> {
        let list = account.join("buckets.json");
        let regions = match files::read_if_exists(&list, FILE_MAX_BYTES)? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|error| OutsideError::file("read the buckets", &list)(error.into()))?,
            None => BTreeMap::new(),
        };
        Ok(Self { folder: account.join("buckets"), list, regions })
    }

    /// Puts a file into a bucket, in place of what was there.
    pub(super) fn put(&mut self, region: &RegionCode, object: &StagedObject, file: &Path) -> Result<(), AccountError> {
        check_names(region, object)?;
        self.check_region(region, object)?;
        if !self.regions.contains_key(&object.bucket) {
            self.regions.insert(object.bucket.clone(), region.clone());
            let value = serde_json::to_value(&self.regions).expect("regions are plain data");
            files::write(&self.list, format!("{value}\n").as_bytes(), Durability::Process)?;
        }
        let path = self.path(object);
        files::remove(&path)?;
        Ok(files::link_or_copy(file, &path)?)
    }

    /// Removes an object.
    pub(super) fn remove(&self, region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
        check_names(region, object)?;
        self.check_region(region, object)?;
        files::remove(&self.path(object))?;
        // S3 has no folders; one that is left here would look like an object that is.
        let mut folder = self.path(object);
        while folder.pop() && folder != self.folder {
            files::remove_dir_if_empty(&folder);
        }
        Ok(())
    }

    /// Where an object is.
    pub(super) fn get(&self, region: &RegionCode, object: &StagedObject) -> Result<PathBuf, AccountError> {
        check_names(region, object)?;
        self.check_region(region, object)?;
        let path = self.path(object);
        if path.is_file() {
            return Ok(path);
        }
        Err(AccountError::refused(region, object, Refusal::NoSuchKey, "the specified key does not exist"))
    }

    fn path(&self, object: &StagedObject) -> PathBuf {
        self.folder.join(&object.bucket).join(&object.key)
    }

    fn check_region(&self, region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
        match self.regions.get(&object.bucket) {
            Some(home) if home != region => Err(AccountError::refused(region, object, Refusal::PermanentRedirect, format!("the bucket is in `{home}`"))),
            Some(_) | None => Ok(()),
        }
    }
}

/// The names become paths here, which they do not at S3.
fn check_names(region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_name = |name: &str| !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_allowed);
    if is_name(&object.bucket) && object.key.split('/').all(is_name) {
        return Ok(());
    }
    Err(AccountError::refused(region, object, Refusal::InvalidParameterValue, "a local account does not take such names"))
}
