//! One hash of everything that the output depends on.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;
use sha2::Digest as _;

use super::SiteSources;
use crate::config::Catalog;
use crate::domain::{Paper, Sha256};

/// The hash of all that `deployments` and `site` are made of, the ledger's [fingerprint](crate::ledger::fingerprint) among it, and
/// of the program's `version`, which decides what is made of it.
pub fn inputs_hash(catalog: &Catalog, ledger: Sha256, sources: &SiteSources, stored: &BTreeSet<Paper>, today: Date, version: &str) -> Sha256 {
    let mut all = Parts::default();
    all.part(version.as_bytes());
    all.part(today.to_string().as_bytes());
    all.part(format!("{catalog:?}").as_bytes());
    all.part(ledger.to_string().as_bytes());
    all.data(&stored.iter().map(|paper| paper.path()).collect::<Vec<_>>());
    all.data(&sources.templates);
    all.data(&sources.content);
    for (name, bytes) in &sources.static_files {
        all.part(name.as_bytes());
        all.part(bytes);
    }
    all.finish()
}

/// A hash of parts, each with its length before it, so that no two lists of parts look the same.
#[derive(Default)]
struct Parts(sha2::Sha256);

impl Parts {
    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn data<T: Serialize>(&mut self, value: &T) {
        self.part(&serde_json::to_vec(value).expect("inputs are plain data"));
    }

    fn finish(self) -> Sha256 {
        Sha256::from_hasher(self.0)
    }
}
