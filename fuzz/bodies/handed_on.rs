//! What one job hands to the next beside the archives: a manifest, receipts and a plan, divided by form feeds. An archive is let
//! through only with the manifest that is its own.

use std::collections::BTreeMap;

use klayers::assemble::{Manifest, ZipFile};
use klayers::domain::Need;
use klayers::ledger::{Ledger, Writer};
use klayers::outside::files;
use klayers::plan::Plan;
use klayers::publish::read_receipts;
use klayers::verify::{Rules, inspect, names};

use super::maker::{Member, Zip};
use super::{words, world};

const LAYER: &str = "K-p313-x";

pub fn run(bytes: &[u8]) {
    let [manifest, receipts, plan] = world::parts(bytes);
    let folder = world::folder();
    let dist = folder.path().join("dist");
    let zip = world::put(&dist, &format!("{LAYER}.zip"), &archive());
    world::put(&dist, &format!("{LAYER}.json"), manifest);
    world::put(&dist, &format!("{LAYER}.pylock.toml"), receipts);
    world::put(&dist, &format!("{LAYER}.cdx.json"), plan);
    assert_eq!(names(&dist).expect("read"), [LAYER]);
    let rules = Rules { platforms: BTreeMap::new(), allowed: BTreeMap::new(), import_test: Need::IfAvailable };
    match inspect(&dist, LAYER, &rules) {
        Ok(inspected) => {
            let manifest = inspected.manifest();
            let zip = ZipFile::open(&zip).expect("it is there");
            assert_eq!((manifest.layer.as_str(), manifest.zip_sha256, manifest.zip_bytes), (LAYER, zip.sha256().expect("read"), zip.size()));
        }
        Err(problems) => problems.iter().for_each(|problem| words::hold_printed(&problem.message)),
    }
    if let Ok(manifest) = serde_json::from_slice::<Manifest>(manifest) {
        assert_eq!(serde_json::from_str::<Manifest>(&manifest.canonical()).ok(), Some(manifest));
    }
    if let Ok(plan) = serde_json::from_slice::<Plan>(plan) {
        let text = serde_json::to_string(&plan).expect("a plan is plain data");
        assert_eq!(serde_json::from_str::<Plan>(&text).ok(), Some(plan));
    }

    let path = world::put(folder.path(), "receipts.jsonl", receipts);
    match read_receipts(&path) {
        Err(error) => words::hold_printed(&error.to_string()),
        Ok(receipts) => {
            let ledger = folder.path().join("ledger");
            let writer = Writer::open(&ledger).expect("it is free");
            let now = "2026-05-01T00:00:00Z".parse().expect("a time");
            match writer.record(&Ledger::default(), &receipts, now) {
                Err(error) => words::hold_printed(&error.to_string()),
                // Whatever was recorded is a record.
                Ok(_) => {
                    drop(writer);
                    let read = klayers::ledger::read(&ledger, "pipeline/ledger").expect("read");
                    assert!(read.problems.is_empty(), "{:?}", read.problems.sorted());
                    assert!(files::names(folder.path()).is_ok_and(|names| names == ["dist", "ledger", "receipts.jsonl"]));
                }
            }
        }
    }
}

/// A layer as small as one can be.
pub fn archive() -> Vec<u8> {
    Zip::of([Member::stored("python/requirements.txt", b"x==1.0\n")]).bytes()
}
