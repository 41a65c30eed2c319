//! A layer of one wheel, assembled in a folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use klayers::assemble::{Assembled, BytecodeChoice, Wanted, WheelCache, assemble};
use klayers::domain::{LockedWheel, Need, PackageSettings, Pin, Sha256};
use klayers::outside::files::{self, Durability};
use klayers::verify::{Platform, Rules};

/// The wheel's own name; its folder must be called so too.
pub const STEM: &str = "x-1.0";
/// The layer that it becomes.
pub const LAYER: &str = "K-p313-x";
const LOCK: &str = "lock-version = \"1.0\"\n";

/// A wheel in a cache of its own.
pub struct Cached {
    pub cache: WheelCache,
    pub pins: [Pin; 1],
}

impl Cached {
    /// Puts the wheel into a cache in `folder`.
    pub fn new(bytes: &[u8], folder: &Path) -> Self {
        let cache = WheelCache::new(folder, SystemTime::UNIX_EPOCH);
        let filename = format!("{STEM}-py3-none-any.whl").parse().expect("the name of a wheel");
        let wheel = LockedWheel { filename, url: String::new(), sha256: Sha256::of(bytes), size_bytes: None };
        files::write(&cache.path(wheel.sha256), bytes, Durability::Process).expect("written");
        Self { cache, pins: [Pin { name: "x".parse().expect("a name"), version: "1.0".to_owned(), wheel, built_from: None }] }
    }

    /// Makes the layer in `dist`.
    pub fn assemble(&self, dist: &Path) -> Result<Assembled, String> {
        let package = &self.pins[0].name;
        let advisories = BTreeMap::new();
        let wanted = Wanted {
            runtime: "p3.13".parse().expect("a runtime"),
            package: package.clone(),
            spelled: "x".to_owned(),
            version: "1.0".to_owned(),
            layer: LAYER.parse().expect("a name"),
            requested: vec![package.clone()],
            pins: &self.pins,
            license: "",
            lock: LOCK,
            held_back: None,
            previous: None,
            settings: PackageSettings::default(),
            advisories: &advisories,
            bytecode: BytecodeChoice::Omit { reason: "not wanted".to_owned() },
        };
        assemble(&wanted, &self.cache, dist).map_err(|error| error.to_string())
    }
}

/// What the layer is held to.
pub fn rules() -> Rules {
    let platform = Platform { operating_system: "AL2023".to_owned(), glibc: "2.34".parse().expect("a version") };
    Rules { platforms: [("p3.13".parse().expect("a runtime"), platform)].into(), allowed: BTreeMap::new(), import_test: Need::Never }
}
