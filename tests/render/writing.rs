//! What writing does to a folder, and how it is known that nothing changed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use klayers::domain::Sha256;
use klayers::outside::files;
use klayers::outside::progress::{Progress, Unit};
use klayers::render::{Changes, FolderCheck, FolderWriter, StaleKind, Stamp, Totals, Tree};

use super::put;
use super::world::{self, TODAY, World};

fn small_tree() -> Tree {
    let mut tree = Tree::new();
    for (path, bytes) in [("index.html", "home"), ("a/b/index.html", "deep"), ("a/c/index.html", "also")] {
        tree.insert(path, bytes.as_bytes());
    }
    tree
}

fn write(tree: &Tree, folder: &Path) -> Changes {
    write_and_count(tree, folder).0
}

fn write_and_count(tree: &Tree, folder: &Path) -> (Changes, Totals) {
    let stage = Progress::Silent.stage("write", 0, Unit::Count("files"));
    let writer = FolderWriter::open(folder, &stage).expect("opened");
    tree.pour(&writer).expect("written");
    writer.finish().expect("finished")
}

fn stale(tree: &Tree, folder: &Path) -> BTreeMap<String, StaleKind> {
    let check = FolderCheck::open(folder).expect("opened");
    tree.pour(&check).expect("compared");
    check.finish().into_iter().map(|stale| (stale.path, stale.kind)).collect()
}

#[test]
fn writing_twice_writes_once() {
    let root = tempfile::tempdir().expect("a folder");
    let (folder, tree) = (root.path().join("out"), small_tree());
    assert_eq!(stale(&tree, &folder).len(), 3);
    assert_eq!(write(&tree, &folder), Changes { written: 3, removed: 0, unchanged: 0 });
    assert_eq!(write(&tree, &folder), Changes { written: 0, removed: 0, unchanged: 3 });
    assert_eq!(stale(&tree, &folder), BTreeMap::new());
}

#[test]
fn what_differs_is_told_and_mended() {
    let root = tempfile::tempdir().expect("a folder");
    let (folder, tree) = (root.path().join("out"), small_tree());
    write(&tree, &folder);
    put(&folder.join("index.html"), b"HOME");
    put(&folder.join("old/x/y.txt"), b"old");
    fs::create_dir_all(folder.join("empty/er")).expect("made");
    files::remove(&folder.join("a/c/index.html")).expect("removed");
    let expected = [("index.html", StaleKind::Different), ("old/x/y.txt", StaleKind::Extra), ("a/c/index.html", StaleKind::Missing)];
    assert_eq!(stale(&tree, &folder), expected.map(|(path, kind)| (path.to_owned(), kind)).into());
    assert_eq!(write(&tree, &folder), Changes { written: 2, removed: 1, unchanged: 1 });
    assert_eq!(stale(&tree, &folder), BTreeMap::new());
    assert!(!folder.join("old").exists() && !folder.join("empty").exists());
}

#[test]
fn a_file_and_a_folder_change_places() {
    let root = tempfile::tempdir().expect("a folder");
    let (folder, tree) = (root.path().join("out"), small_tree());
    put(&folder.join("a"), b"a file where a folder will be");
    put(&folder.join("index.html/x"), b"a folder where a file will be");
    assert_eq!(write(&tree, &folder), Changes { written: 3, removed: 2, unchanged: 0 });
    assert_eq!(stale(&tree, &folder), BTreeMap::new());
}

#[test]
fn links_are_replaced_and_never_followed() {
    let root = tempfile::tempdir().expect("a folder");
    let (folder, elsewhere, tree) = (root.path().join("out"), root.path().join("elsewhere"), small_tree());
    put(&elsewhere.join("b/index.html"), b"theirs");
    put(&elsewhere.join("home"), b"home");
    fs::create_dir_all(&folder).expect("made");
    symlink(&elsewhere, folder.join("a")).expect("linked");
    symlink(elsewhere.join("home"), folder.join("index.html")).expect("linked");
    symlink(&elsewhere, folder.join("extra")).expect("linked");
    assert_eq!(stale(&tree, &folder).get("index.html"), Some(&StaleKind::Different));
    write(&tree, &folder);
    assert_eq!(stale(&tree, &folder), BTreeMap::new());
    assert_eq!(files::read(&elsewhere.join("b/index.html"), 99).expect("read"), b"theirs");
    assert_eq!(files::walk(&elsewhere).expect("walked").len(), 2);

    symlink(&elsewhere, root.path().join("linked-out")).expect("linked");
    let stage = Progress::Silent.stage("write", 0, Unit::Count("files"));
    assert!(FolderWriter::open(&root.path().join("linked-out"), &stage).is_err());
}

#[test]
fn a_stamp_notices_every_change() {
    type Change<'a> = &'a dyn Fn(&Path);
    let changes: [(&str, Change<'_>); 6] = [
        ("a file edited in place, same size", &|folder| {
            use std::io::Write as _;
            fs::File::options().write(true).open(folder.join("a/b/index.html")).and_then(|mut file| file.write_all(b"DEEP")).expect("edited");
        }),
        ("a file replaced", &|folder| put(&folder.join("index.html"), b"hom\n")),
        ("a file removed", &|folder| files::remove(&folder.join("a/c/index.html")).expect("removed")),
        ("a file too many", &|folder| put(&folder.join("a/extra.html"), b"x")),
        ("a folder too many", &|folder| fs::create_dir(folder.join("a/extra")).expect("made")),
        ("a link in place of a file", &|folder| {
            files::rename(&folder.join("index.html"), &folder.join("../index.html")).expect("moved");
            symlink("../index.html", folder.join("index.html")).expect("linked");
        }),
    ];
    for (name, change) in changes {
        let root = tempfile::tempdir().expect("a folder");
        let (folder, tree) = (root.path().join("out"), small_tree());
        let stamp = Stamp::new(&root.path().join("notes/stamp"), &folder, Sha256::of(b"inputs"));
        assert!(!stamp.is_current(), "nothing was written yet");
        stamp.save(write_and_count(&tree, &folder).1).expect("saved");
        assert!(stamp.is_current(), "{name}");
        assert!(!Stamp::new(&root.path().join("notes/stamp"), &folder, Sha256::of(b"others")).is_current());
        change(&folder);
        assert!(!stamp.is_current(), "{name}");
        stamp.save(write_and_count(&tree, &folder).1).expect("saved");
        assert!(stamp.is_current(), "mended: {name}");
    }
}

#[test]
fn a_stamp_is_not_given_to_what_is_not_the_tree() {
    let root = tempfile::tempdir().expect("a folder");
    let (folder, tree) = (root.path().join("out"), small_tree());
    let stamp = Stamp::new(&root.path().join("stamp"), &folder, Sha256::of(b"inputs"));
    let totals = write_and_count(&tree, &folder).1;
    put(&folder.join("index.html"), b"longer");
    stamp.save(totals).expect("saved");
    assert!(!stamp.is_current());
}

#[test]
fn the_hash_of_the_inputs_changes_with_each() {
    let world = World::read();
    let hash = |world: &World, today: &str, version: &str| {
        klayers::render::inputs_hash(&world.catalog, world.fingerprint, &world.sources, &world.papers, world::day(today), version)
    };
    let before = hash(&world, TODAY, "1");
    assert_eq!(before, hash(&World::read(), TODAY, "1"));
    assert_ne!(before, hash(&world, "2026-11-23", "1"));
    assert_ne!(before, hash(&world, TODAY, "2"));
    type Change<'a> = &'a dyn Fn(&mut World);
    let changes: [Change<'_>; 6] = [
        &|world| world.papers.clear(),
        &|world| world.fingerprint = Sha256::of(b"other"),
        &|world| world.catalog.settings.retention_days += 1,
        &|world| world.sources.templates.values_mut().next().expect("one").push('x'),
        &|world| world.sources.content.values_mut().next().expect("one").push('x'),
        &|world| world.sources.static_files.values_mut().next().expect("one").push(b'x'),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut changed = World::read();
        change(&mut changed);
        assert_ne!(before, hash(&changed, TODAY, "1"), "change {number}");
    }
}

#[test]
fn a_folder_that_was_not_there_comes_whole_or_not_at_all() {
    let root = tempfile::tempdir().expect("a folder");
    let (folder, tree) = (root.path().join("out"), small_tree());
    let stage = Progress::Silent.stage("write", 0, Unit::Count("files"));
    let writer = FolderWriter::open(&folder, &stage).expect("opened");
    tree.pour(&writer).expect("written");
    assert!(!folder.exists(), "until it is whole");
    drop(writer);
    assert_eq!(files::names(root.path()).expect("read"), [""; 0], "what was given up leaves nothing");
    fs::create_dir(&folder).expect("made");
    write(&tree, &folder);
    assert_eq!(stale(&tree, &folder), BTreeMap::new());
    assert_eq!(files::names(root.path()).expect("read"), ["out"]);
}
