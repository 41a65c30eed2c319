//! How long each archive takes to be checked and imported.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::commands::steps::whole_seconds;

/// The time of each archive, by its name.
#[derive(Debug, Default)]
pub struct VerifyClock(Mutex<BTreeMap<String, Duration>>);

impl VerifyClock {
    /// Adds what took time for one archive.
    pub fn add(&self, name: &str, took: Duration) {
        *self.0.lock().expect("nothing panics while it is held").entry(name.to_owned()).or_default() += took;
    }

    /// What an archive took, in whole seconds, rounded up.
    pub fn seconds(&self, name: &str) -> u64 {
        self.0.lock().expect("nothing panics while it is held").get(name).map_or(0, |took| whole_seconds(*took))
    }
}
