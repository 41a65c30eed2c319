//! Golden folders: what was accepted once, compared byte for byte.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use klayers::outside::progress::{Progress, Unit};
use klayers::render::{FolderCheck, FolderWriter, StaleKind, Tree};

/// Compares `tree` with the golden folder `name`, or makes it the golden folder when `BLESS=1`.
pub fn compare(name: &str, tree: &Tree) {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render/golden").join(name);
    if std::env::var("BLESS").is_ok_and(|value| value == "1") {
        let stage = Progress::Silent.stage("accept", 0, Unit::Count("files"));
        let writer = FolderWriter::open(&folder, &stage).expect("opened");
        tree.pour(&writer).expect("written");
        writer.finish().expect("finished");
        return;
    }
    let check = FolderCheck::open(&folder).expect("opened");
    tree.pour(&check).expect("compared");
    let stale = check.finish();
    if stale.is_empty() {
        return;
    }
    let mut message = format!("what is rendered is not what is in {}\n", folder.display());
    for stale in &stale {
        message += &format!("\n{:?}: {}\n", stale.kind, stale.path);
        if stale.kind == StaleKind::Different {
            let old = std::fs::read_to_string(folder.join(&stale.path)).unwrap_or_default();
            let new = String::from_utf8_lossy(tree.get(&stale.path).expect("in the tree")).into_owned();
            message += &similar::TextDiff::from_lines(&old, &new).unified_diff().context_radius(1).to_string();
        }
    }
    let kinds: BTreeSet<StaleKind> = stale.iter().map(|stale| stale.kind).collect();
    panic!("{message}\n{kinds:?}. If this is right, accept it: BLESS=1 cargo nextest run --test render");
}
