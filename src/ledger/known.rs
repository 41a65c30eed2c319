//! Every layer version that the ledger tells of, by its address: for whoever comes from the account's side.

use std::collections::BTreeMap;

use super::{Ledger, VersionState};
use crate::domain::{LayerArn, LayerName, NormalizedName, RegionCode, Runtime, Sha256};

/// The versions of a ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownVersions(BTreeMap<(LayerName, RegionCode, u64), KnownVersion>);

/// What the ledger says of one layer version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownVersion {
    /// The runtime that it is for.
    pub runtime: Runtime,
    /// The package that it is of.
    pub package: NormalizedName,
    /// What it is now.
    pub state: VersionState,
    /// The SHA-256 of its archive.
    pub zip_sha256: Sha256,
}

impl KnownVersions {
    /// What the ledger says of an address. Whose account it is does not matter: one ledger is of one account.
    pub fn at(&self, arn: &LayerArn) -> Option<&KnownVersion> {
        self.0.get(&(arn.layer.clone(), arn.region.clone(), arn.version))
    }
}

impl Ledger {
    /// Every version that was ever recorded.
    pub fn known_versions(&self, retention_days: u32) -> KnownVersions {
        let mut known = BTreeMap::new();
        for (runtime, package) in self.packages.keys() {
            let history = self.history(*runtime, package, retention_days);
            for (region, versions) in &history.regions {
                for version in versions {
                    let published = &history.builds[version.build].published;
                    let value = KnownVersion { runtime: *runtime, package: package.clone(), state: version.state, zip_sha256: published.zip_sha256 };
                    known.insert((published.layer.clone(), region.clone(), version.number), value);
                }
            }
        }
        KnownVersions(known)
    }
}
