//! The listings that were written last. The ledger says what should stand there; this is what does.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::{LayerArn, RegionCode, Runtime};
use crate::outside::{OutsideError, files};

const FILE_MAX_BYTES: u64 = 64 << 20;

/// The files of `deployments/` for programs, each read once.
#[derive(Debug)]
pub struct Listings {
    folder: PathBuf,
    known: BTreeMap<(Runtime, RegionCode), String>,
}

impl Listings {
    /// Those below `folder`, which need not exist.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, known: BTreeMap::new() }
    }

    /// The file that lists a layer version, below the folder; nothing when none does.
    ///
    /// # Errors
    /// When a file exists and cannot be read.
    pub fn file_with(&mut self, runtime: Runtime, arn: &LayerArn) -> Result<Option<String>, OutsideError> {
        let file = format!("{}/arns/{}.csv", runtime.deployments_dir(), arn.region);
        let key = (runtime, arn.region.clone());
        if !self.known.contains_key(&key) {
            let bytes = files::read_if_exists(&self.folder.join(&file), FILE_MAX_BYTES)?.unwrap_or_default();
            self.known.insert(key.clone(), String::from_utf8_lossy(&bytes).into_owned());
        }
        let arn = arn.to_string();
        // Only as a whole cell: version 1 is not version 12.
        let is_listed = self.known[&key].lines().flat_map(|line| line.split([',', '"'])).any(|cell| cell == arn);
        Ok(is_listed.then_some(file))
    }
}
