//! Another reader of zips: Python's, one process for all of them.

use std::collections::BTreeMap;
use std::path::Path;

use klayers::assemble::ZipFile;
use klayers::domain::Sha256;
use klayers::outside::files::{self, Durability};

/// More than any of these may unpack to.
const LIMIT: u64 = 16 << 20;

/// The hashes of a zip's files, by path.
type Hashes = BTreeMap<String, String>;

/// Holds what ours makes of each zip against what Python does, and tells how many ours took.
pub fn compare(zips: impl Iterator<Item = Vec<u8>>) -> usize {
    let folder = tempfile::tempdir_in(klayers::outside::memory_folder::scratch_parent()).expect("a folder");
    let mut ours: BTreeMap<String, Hashes> = BTreeMap::new();
    for (at, bytes) in zips.enumerate() {
        let name = format!("{at}.zip");
        let path = folder.path().join(&name);
        files::write(&path, &bytes, Durability::Process).expect("written");
        match hashes(&path) {
            Some(hashes) => drop(ours.insert(name, hashes)),
            None => files::remove(&path).expect("removed"),
        }
    }
    let theirs = of_python(folder.path());
    for (name, hashes) in &ours {
        let bytes = || super::input::escaped(&std::fs::read(folder.path().join(name)).expect("read"));
        assert_eq!(theirs.get(name), Some(&Ok(hashes.clone())), "{}", bytes());
    }
    ours.len()
}

/// What ours unpacks, if it takes the zip whole.
fn hashes(path: &Path) -> Option<Hashes> {
    let zip = ZipFile::open(path).expect("it is there");
    let entries = zip.entries(LIMIT).ok()?;
    entries.iter().map(|entry| Some((entry.path.clone(), Sha256::of(&zip.inflate(entry).ok()?).to_string()))).collect()
}

/// What Python unpacks of each file, or why not.
#[expect(clippy::disallowed_methods, reason = "asks another reader")]
fn of_python(folder: &Path) -> BTreeMap<String, Result<Hashes, String>> {
    const PROGRAM: &str = "import hashlib, json, os, sys, zipfile\n\
        def read(path):\n    \
            with zipfile.ZipFile(path) as z:\n        \
                return {i.filename: hashlib.sha256(z.read(i)).hexdigest() for i in z.infolist() if not i.is_dir()}\n\
        def answer(path):\n    \
            try:\n        \
                return {'Ok': read(path)}\n    \
            except Exception as error:\n        \
                return {'Err': repr(error)}\n\
        print(json.dumps({name: answer(os.path.join(sys.argv[1], name)) for name in os.listdir(sys.argv[1])}))\n";
    let output = std::process::Command::new("python3").args(["-I", "-W", "ignore", "-c", PROGRAM]).arg(folder).output().expect("Python 3 is needed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("what the program prints")
}
