//! `last-run.json`: when the whole catalogue was last looked at and all that came of it was recorded. A month without one is
//! made up for.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Writer;
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability, Written};

pub(super) const LAST_RUN: &str = "last-run.json";
const FILE_MAX_BYTES: u64 = 1 << 12;

/// The file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LastRun {
    /// When the plan of that run was made.
    at: Timestamp,
}

/// When the last whole run was, as the ledger in `folder` tells; nothing when there was none.
///
/// # Errors
/// When the file cannot be read, or does not tell.
pub fn last_run(folder: &Path) -> Result<Option<Timestamp>, OutsideError> {
    let path = folder.join(LAST_RUN);
    let Some(bytes) = files::read_if_exists(&path, FILE_MAX_BYTES)? else { return Ok(None) };
    let read: LastRun = serde_json::from_slice(&bytes).map_err(|error| OutsideError::file("understand", &path)(std::io::Error::other(error)))?;
    Ok(Some(read.at))
}

impl Writer {
    /// Notes that a whole run, whose plan was made `at` that time, is recorded. A later one that is noted already stays.
    ///
    /// # Errors
    /// When the file cannot be written. One that cannot be understood is replaced.
    ///
    /// # Panics
    /// Never: a time is plain data.
    pub fn note_run(&self, at: Timestamp) -> Result<Written, OutsideError> {
        if last_run(self.folder()).ok().flatten().is_some_and(|known| known >= at) {
            return Ok(Written::Same);
        }
        let text = serde_json::to_string_pretty(&LastRun { at }).expect("a time is plain data") + "\n";
        files::write(&self.folder().join(LAST_RUN), text.as_bytes(), Durability::Power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_run_is_noted_whatever_the_order() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(last_run(folder.path()).expect("read"), None);
        let writer = Writer::open(folder.path()).expect("free");
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        for (noted, expected) in [
            ("2026-11-01T02:07:00Z", "2026-11-01T02:07:00Z"),
            ("2026-12-01T02:07:00Z", "2026-12-01T02:07:00Z"),
            ("2026-11-20T02:07:00Z", "2026-12-01T02:07:00Z"),
        ] {
            writer.note_run(time(noted)).expect("written");
            assert_eq!(last_run(folder.path()).expect("read"), Some(time(expected)));
        }
        let file = folder.path().join(LAST_RUN);
        assert_eq!(std::fs::read_to_string(&file).expect("read"), "{\n  \"at\": \"2026-12-01T02:07:00Z\"\n}\n");
        files::write(&file, b"{\"at\": 1}", Durability::Process).expect("written");
        assert!(last_run(folder.path()).is_err());
        writer.note_run(time("2026-11-01T02:07:00Z")).expect("mended");
        assert!(last_run(folder.path()).expect("read").is_some());
    }
}
