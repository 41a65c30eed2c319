//! A wheel, from its bytes to the layer: what our reader takes it writes, what it wrote it reads, and the bytes of every file stay
//! what they were.

use std::collections::BTreeMap;
use std::path::Path;

use klayers::assemble::{Assembled, Entry, UNZIPPED_MAX_BYTES, ZipError, ZipFile};
use klayers::outside::files;
use klayers::verify::inspect;

use super::layer::{Cached, LAYER, rules};
use super::{words, world};

pub fn run(bytes: &[u8]) {
    let folder = world::folder();
    let wheel = Cached::new(bytes, folder.path());
    let zip = wheel.cache.open(&wheel.pins[0].wheel).expect("it is there");
    let entries = match zip.entries(UNZIPPED_MAX_BYTES) {
        Ok(entries) => entries,
        Err(error) => return words::hold(&error.to_string()),
    };
    let contents = contents(&zip, &entries);
    let dist = folder.path().join("dist");
    match wheel.assemble(&dist) {
        Err(reason) => {
            words::hold(&reason);
            assert!(files::names(&dist).is_ok_and(|names| names.is_empty()), "something was left behind");
        }
        Ok(assembled) => {
            hold_layer(&dist, &assembled, &contents);
            let again = wheel.assemble(&folder.path().join("again"));
            assert_eq!(again, Ok(assembled), "not the same twice");
        }
    }
}

/// What each file has in it, or why that cannot be told. No path leads anywhere but below its folder.
fn contents<'a>(zip: &ZipFile, entries: &'a [Entry]) -> BTreeMap<&'a str, Result<Vec<u8>, ZipError>> {
    let below = Path::new("/opt");
    let content = |entry: &'a Entry| {
        let path = below.join(&entry.path);
        assert!(path.starts_with(below) && path.components().all(|part| part.as_os_str() != ".."), "{path:?}");
        assert!(!entry.path.contains(['\\', '\0', '\n']) && !entry.path.is_empty());
        (entry.path.as_str(), zip.inflate(entry))
    };
    let contents: BTreeMap<_, _> = entries.iter().map(content).collect();
    assert_eq!(contents.len(), entries.len(), "a path is there twice");
    contents.values().filter_map(|content| content.as_ref().err()).for_each(|error| words::hold(&error.to_string()));
    contents
}

/// The layer is a zip of the plain kind, and each file of the wheel is in it as it was.
fn hold_layer(dist: &Path, assembled: &Assembled, wheel: &BTreeMap<&str, Result<Vec<u8>, ZipError>>) {
    let manifest = &assembled.manifest;
    let zip = ZipFile::open(&dist.join(format!("{LAYER}.zip"))).expect("it is there");
    assert_eq!((zip.size(), zip.sha256().expect("read")), (manifest.zip_bytes, manifest.zip_sha256));
    let entries = zip.entries(UNZIPPED_MAX_BYTES).unwrap_or_else(|error| panic!("what we wrote cannot be read: {error}"));
    assert!(entries.is_sorted_by(|one, next| one.path < next.path));
    assert_eq!((manifest.files, manifest.unzipped_bytes), (entries.len() as u64, entries.iter().map(|entry| entry.size).sum()));
    let contents = contents(&zip, &entries);
    for entry in &entries {
        assert!(entry.path.starts_with("python/") && matches!(entry.mode, 0o100_644 | 0o100_755), "{entry:?}");
        let is_record = entry.path.ends_with(".dist-info/RECORD");
        let is_ours = is_record || ["python/requirements.txt", "python/bin/"].iter().any(|path| entry.path.starts_with(path));
        let below = entry.path.trim_start_matches("python/");
        let Some(before) = wheel.get(below).filter(|_| !is_ours && entry.path[7..] == *below) else { continue };
        match (before, &contents[entry.path.as_str()]) {
            (Ok(before), Ok(after)) => assert!(before == after, "`{}` is not what it was", entry.path),
            (Err(_), Err(_)) => {}
            (before, after) => panic!("`{}` was {:?} and is {:?}", entry.path, before.is_ok(), after.is_ok()),
        }
    }
    manifest.warnings.iter().for_each(|warning| words::hold_printed(warning));

    match inspect(dist, LAYER, &rules()) {
        Ok(inspected) => {
            assert!(contents.values().all(Result::is_ok), "what cannot be unpacked was let through");
            assert_eq!(inspected.manifest(), manifest);
        }
        Err(problems) => problems.iter().for_each(|problem| words::hold_printed(&problem.message)),
    }
}
