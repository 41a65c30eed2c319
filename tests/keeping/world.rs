//! A service with two releases of one package, published to two regions of a local account.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use klayers::ledger::{History, Ledger};
use serde_json::Value;

use super::common::{Index, Ran, Wheel, World, tree};

/// Where `klayers run` keeps its ledger.
pub const LEDGER: &str = ".klayers/ledger";
/// When the second release is published.
pub const SECOND: &str = "2026-12-01T00:00:00Z";

/// A service that was run once for each of `versions` of `beta`, for `p3.13`.
pub struct Service {
    pub world: World,
    pub index: Index,
}

impl Service {
    /// `1.5`, and a week later `1.6`.
    pub fn new() -> Self {
        let index = Index::with(&[Wheel::new("beta", "1.5")]);
        let mut service = Self { world: World::with_index(&["beta,MIT,"], &index), index };
        service.run_all().exits(0);
        service.index.add(&Wheel::new("beta", "1.6"));
        service.world.set_now(SECOND);
        service.run_all().exits(0);
        service
    }

    /// The whole job.
    pub fn run_all(&self) -> Ran {
        self.world.run(&["run", "--runtime", "p3.13"])
    }

    /// A command on the ledger of the service.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.world.run(&[arguments, &["--ledger", LEDGER]].concat())
    }

    /// A command on the ledger and the account.
    pub fn on_account(&self, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["--account", "local:.klayers/account"]].concat())
    }

    /// The events of `beta`.
    pub fn events(&self) -> Vec<Value> {
        events(&self.world, "p3.13/beta")
    }

    /// What `beta` is in `us-east-1`, as the record says: numbers with their states.
    pub fn states(&self) -> Vec<String> {
        let history = self.history();
        let versions = &history.regions[&"us-east-1".parse().unwrap()];
        versions.iter().map(|version| format!("{} {}", version.number, format!("{:?}", version.state).split(' ').next().unwrap())).collect()
    }

    /// What the record says of `beta`.
    pub fn history(&self) -> History {
        read(&self.world).history("p3.13".parse().unwrap(), &"beta".parse().unwrap(), 365)
    }

    /// The numbers of the versions that the account has.
    pub fn numbers(&self, region: &str) -> Vec<u64> {
        let versions = self.world.json(&file(region))["versions"].as_object().unwrap().keys().map(|number| number.parse().unwrap()).collect::<BTreeSet<u64>>();
        versions.into_iter().collect()
    }

    /// Changes a version behind everybody's back.
    pub fn change_version(&self, region: &str, number: u64, change: impl FnOnce(&mut Value)) {
        let mut layer = self.world.json(&file(region));
        change(&mut layer["versions"][number.to_string()]);
        self.world.write(&file(region), &format!("{layer}\n"));
    }

    /// Deletes a version behind everybody's back.
    pub fn delete(&self, region: &str, number: u64) {
        let mut layer = self.world.json(&file(region));
        layer["versions"].as_object_mut().unwrap().remove(&number.to_string()).unwrap();
        self.world.write(&file(region), &format!("{layer}\n"));
    }

    /// Every file of the ledger, or of the account. Whoever takes a lock leaves its name there, which does not count.
    pub fn kept(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = tree(&self.world.path(&format!(".klayers/{folder}")));
        files.retain(|path, _| !path.ends_with(".lock"));
        files
    }

    /// The package version that the API calls the latest in `us-east-1`, after rendering.
    pub fn rendered_latest(&self) -> Vec<Value> {
        self.run(&["render", "--site", "_site", "--deployments", "deployments"]).exits(0);
        let latest = self.world.json("_site/api/v2/p3.13/layers/latest/us-east-1/index.html");
        latest.as_array().unwrap().iter().map(|row| row["packageVersion"].clone()).collect()
    }
}

/// What the account keeps of the layer of `beta`.
fn file(region: &str) -> String {
    format!(".klayers/account/regions/{region}/Klayers-p313-beta.json")
}

/// The lines of one package.
pub fn events(world: &World, package: &str) -> Vec<Value> {
    world.read(&format!("{LEDGER}/{package}/events.jsonl")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The ledger, which has no problem.
pub fn read(world: &World) -> Ledger {
    let loaded = klayers::ledger::read(&world.path(LEDGER), LEDGER).unwrap();
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    loaded.ledger
}
