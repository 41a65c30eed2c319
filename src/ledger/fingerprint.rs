//! One hash of all that a ledger's files hold, without understanding any of it: quick to make, and the same as long as nothing
//! was recorded. How long building takes does not count: nothing that is rendered tells of it.

use std::path::Path;

use rayon::prelude::*;
use sha2::Digest as _;

use super::read::{BUILD_TIMES, FILE_MAX_BYTES};
use crate::domain::Sha256;
use crate::outside::{OutsideError, files};

/// The hash of the visible files below `folder`, with their paths; that of nothing when it does not exist.
///
/// # Errors
/// When a file cannot be read.
pub fn fingerprint(folder: &Path) -> Result<Sha256, OutsideError> {
    let is_told = |path: &Path| !path.ends_with(BUILD_TIMES);
    let is_hidden = |path: &Path| path.iter().any(|part| part.as_encoded_bytes().starts_with(b"."));
    let paths = files::walk(folder)?;
    let paths: Vec<_> = paths.into_iter().filter(|path| !is_hidden(path) && is_told(path)).collect();
    let hashes = paths.par_iter().map(|path| {
        let bytes = files::read(&folder.join(path), FILE_MAX_BYTES)?;
        Ok(format!("{} {}\n", Sha256::of(&bytes), path.display()))
    });
    let mut all = sha2::Sha256::new();
    for line in hashes.collect::<Result<Vec<String>, OutsideError>>()? {
        all.update(line);
    }
    Ok(Sha256::from_hasher(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::Durability;

    #[test]
    fn it_changes_with_every_file_and_with_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| files::write(&folder.path().join(path), text.as_bytes(), Durability::Process).expect("written");
        let now = || fingerprint(folder.path()).expect("read");
        let mut seen = vec![fingerprint(&folder.path().join("none")).expect("read")];
        assert_eq!(now(), seen[0]);
        for (path, text) in
            [("p3.13/x/events.jsonl", "1"), ("p3.13/x/events.jsonl", "2"), ("p3.13/y/events.jsonl", "2"), ("p3.13/status.json", "2"), ("last-run.json", "{}")]
        {
            write(path, text);
            assert!(!seen.contains(&now()), "{path}");
            seen.push(now());
        }
        write(".lock", "somebody");
        write("p3.13/.klayers-tmp-1", "half");
        write("p3.13/build-times.json", "{}");
        assert_eq!(Some(&now()), seen.last());
    }
}
