//! What is rendered from a small world, compared with golden folders, and what writing does to a folder.

mod render {
    mod calendar;
    mod feeds;
    pub mod golden;
    mod monthly;
    mod package_rows;
    mod search;
    pub mod service;
    mod snippets;
    mod tables;
    pub mod world;
}

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use klayers::domain::Sha256;
use klayers::outside::files::{self, Durability};
use klayers::outside::progress::{Progress, Unit};
use klayers::render::{Changes, FolderCheck, FolderWriter, RenderError, SiteSources, StaleKind, Stamp, Totals, Tree};
use render::world::{self, TODAY, World};

const LATEST: &str = "api/v2/p3.13-arm64/layers/latest/eu-west-1";
const LIST: &str = "api/v2/p3.13-arm64/layers/eu-west-1";

fn json(tree: &Tree, path: &str) -> serde_json::Value {
    serde_json::from_slice(tree.get(path).unwrap_or_else(|| panic!("no file {path}"))).expect("JSON")
}

fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    std::str::from_utf8(tree.get(path).unwrap_or_else(|| panic!("no file {path}"))).expect("UTF-8")
}

fn put(path: &Path, bytes: &[u8]) {
    files::write(path, bytes, Durability::Process).expect("written");
}

#[test]
fn deployments_are_as_accepted() {
    let world = World::read();
    let tree = world.deployments(TODAY);
    assert_eq!(tree, World::read().deployments(TODAY));
    render::golden::compare("deployments", &tree);
}

#[test]
fn the_site_is_as_accepted() {
    let world = World::read();
    let tree = world.site(TODAY);
    assert_eq!(tree, World::read().site(TODAY));
    render::golden::compare("site", &tree);
}

#[test]
fn a_service_without_anything_says_so() {
    let empty = World::empty();
    render::golden::compare("empty-deployments", &empty.deployments(TODAY));
    let site = empty.site(TODAY);
    assert!(text(&site, "index.html").contains("There are no layers yet"));
    assert_eq!(text(&site, &format!("{LATEST}/index.html")), "[]\n");
}

#[test]
fn every_runtime_answers_for_every_region_in_every_format() {
    let site = World::read().site(TODAY);
    for runtime in ["p3.9", "p3.13-arm64"] {
        for region in ["eu-west-1", "us-east-1", "ap-south-1"] {
            for format in ["", "json/", "csv/", "html/"] {
                let path = format!("api/v2/{runtime}/layers/latest/{region}/{format}index.html");
                assert!(site.contains(&path), "{path}");
            }
        }
    }
}

#[test]
fn versions_come_by_number_with_one_latest_at_the_end() {
    let rows = json(&World::read().site(TODAY), &format!("{LIST}/Pillow/index.html"));
    let rows: Vec<(&str, &str, Option<&str>)> = rows
        .as_array()
        .expect("an array")
        .iter()
        .map(|row| {
            (row["arn"].as_str().expect("text"), row["deployStatus"].as_str().expect("text"), row.get("expiryDate").map(|date| date.as_str().expect("text")))
        })
        .collect();
    // Version 8 is expired, 11 is yanked.
    assert_eq!(
        rows,
        [
            ("arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:9", "deprecated", Some("2027-03-01T12:30:00")),
            ("arn:aws:lambda:eu-west-1:123456789012:layer:Klayers-p313-arm64-Pillow:10", "latest", None),
        ]
    );
}

#[test]
fn what_expires_goes_on_its_day() {
    let world = World::read();
    let count = |today| json(&world.site(today), &format!("{LIST}/pillow/index.html")).as_array().map(Vec::len);
    assert_eq!((count("2027-02-28"), count("2027-03-01")), (Some(2), Some(1)));
}

#[test]
fn aliases_answer_alike() {
    let site = World::read().site(TODAY);
    for folder in [LATEST, LIST] {
        let bytes = site.get(&format!("{folder}/Zope.Interface/index.html")).expect("as spelled");
        for alias in ["zope.interface", "zope-interface"] {
            let other = site.get(&format!("{folder}/{alias}/index.html")).expect(alias);
            assert_eq!(other, bytes, "{folder} {alias}");
        }
    }
    let rows = json(&site, &format!("{LATEST}/psycopg/index.html"));
    assert_eq!(rows[0]["package"], "psycopg", "extras are no part of the name");
}

#[test]
fn a_format_wins_over_a_package_of_its_name() {
    let site = World::read().site(TODAY);
    let list = json(&site, &format!("{LATEST}/json/index.html"));
    assert_eq!(list, json(&site, &format!("{LATEST}/index.html")));
    assert!(list.as_array().expect("an array").iter().any(|row| row["package"] == "json"));
    assert_eq!(json(&site, &format!("{LIST}/json/index.html"))[0]["deployStatus"], "latest");
    // And a package called `latest` hides nothing.
    assert_eq!(json(&site, &format!("{LATEST}/latest/index.html"))[0]["package"], "latest");
    assert_eq!(json(&site, &format!("{LIST}/latest/index.html"))[0]["deployStatus"], "latest");
}

#[test]
fn a_package_that_was_asked_for_and_one_that_is_gone_answer_with_nothing() {
    let site = World::read().site(TODAY);
    for path in
        [format!("{LATEST}/never-built/index.html"), format!("{LIST}/never-built/index.html"), "api/v2/p3.13-arm64/layers/us-east-1/json/index.html".to_owned()]
    {
        assert_eq!(text(&site, &path), "[]\n", "{path}");
    }
}

#[test]
fn nothing_of_strangers_gets_through_unescaped() {
    let world = World::read();
    let (site, deployments) = (world.site(TODAY), world.deployments(TODAY));
    let mut seen = 0;
    for (path, bytes) in site.iter().chain(deployments.iter()) {
        let text = String::from_utf8_lossy(bytes);
        seen += usize::from(text.contains("alert"));
        if path.ends_with(".gz") {
            continue;
        }
        if !path.ends_with(".csv") {
            let others = text.replace("<script type=\"module\" src=\"", "");
            assert!(!text.contains(world::HOSTILE) && !others.contains("<script") && !text.contains("<img"), "{path}:\n{text}");
        }
        if path.ends_with(".md") {
            assert!(!text.contains("](http") && !text.contains('\r'), "{path}:\n{text}");
        }
        if path.starts_with("api/") && !path.ends_with("html/index.html") {
            assert!(!text.contains(['<', '>', '&']), "{path}:\n{text}");
        }
    }
    assert!(seen > 5, "the hostile text must be seen for this test to mean anything");
    let csv = text(&deployments, "python3.13-arm64/arns/eu-west-1.csv");
    let cells: Vec<String> =
        csv::Reader::from_reader(csv.as_bytes()).records().flat_map(|record| record.expect("CSV").iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(cells.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{cells:?}");
    assert!(cells.iter().any(|cell| cell.starts_with("'=")), "{cells:?}");
}

#[test]
fn pages_are_complete_and_ask_nobody_else() {
    let mut world = World::read();
    world.sources = SiteSources::read(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("sources");
    let (site, sources) = (world.site(TODAY), &world.sources);
    let pages: Vec<&str> = site
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.ends_with(".html") && (!path.starts_with("api/v2/") || path.ends_with("/html/index.html")))
        .collect();
    assert!(pages.len() >= 12, "{pages:?}");
    for path in pages {
        let page = text(&site, path);
        for part in ["<html lang=\"en\">", "name=\"viewport\"", "Content-Security-Policy", "<title>", "<h1"] {
            assert!(page.contains(part), "{path} lacks {part}");
        }
        // What people may follow to elsewhere is not asked for by the page.
        let others = page.replace("<script type=\"module\" src=\"", "").replace("<a href=\"https://", "");
        for part in ["<script", "<style", " style=", " onclick=", "src=\"http", "href=\"http", "href=\"/", "@import"] {
            assert!(!others.contains(part), "{path} has {part}");
        }
        let is_written_by_hand = sources.content.contains_key(&path.replace("/index.html", ".md"));
        let captions = page.matches("<caption").count();
        assert!(is_written_by_hand || page.matches("<table").count() == captions, "{path} has a table without a caption");
        links_lead_somewhere(&site, path, page);
    }
}

fn links_lead_somewhere(site: &Tree, path: &str, page: &str) {
    for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().expect("ends")) {
        if link.starts_with("https://") {
            continue;
        }
        let mut target: Vec<&str> = path.split('/').collect();
        target.pop();
        for part in link.split(['#', '?']).next().expect("a part").split('/') {
            match part {
                "" | "." => {}
                ".." => assert!(target.pop().is_some(), "{path}: {link} leaves the site"),
                part => target.push(part),
            }
        }
        let target = target.join("/");
        let index = if target.is_empty() { "index.html".to_owned() } else { format!("{target}/index.html") };
        assert!(link.starts_with('#') || site.contains(&target) || site.contains(&index), "{path}: {link} leads nowhere");
    }
}

#[test]
fn a_source_that_is_wrong_is_named() {
    let failure = |change: &dyn Fn(&mut SiteSources)| {
        let mut world = World::read();
        change(&mut world.sources);
        world.try_site(TODAY).expect_err("must fail")
    };
    type Change<'a> = &'a dyn Fn(&mut SiteSources);
    let cases: [(Change<'_>, &str); 7] = [
        (&|sources| drop(sources.templates.remove("home.html")), "`templates/home.html`"),
        (&|sources| drop(sources.templates.remove("base.html")), "which doesn't exist"),
        (&|sources| drop(sources.templates.insert("region.html".to_owned(), "{% if %}".to_owned())), "`templates/region.html`"),
        (&|sources| drop(sources.templates.insert("region.html".to_owned(), "{{ nothing }}".to_owned())), "`templates/region.html`"),
        (&|sources| drop(sources.content.insert("x.md".to_owned(), "no heading".to_owned())), "`site/content/x.md`"),
        (&|sources| drop(sources.content.insert("x.md".to_owned(), "# x\n[y](y.md)".to_owned())), "`site/content/x.md`"),
        (
            &|sources| {
                sources.content.insert("static.md".to_owned(), "# x".to_owned());
                sources.static_files.insert("index.html".to_owned(), Vec::new());
            },
            "`static/index.html`",
        ),
    ];
    for (change, named) in cases {
        let error: RenderError = failure(change);
        assert!(error.to_string().contains(named), "{named}: {error}");
    }
}

#[test]
fn a_link_among_the_sources_is_refused() {
    let root = tempfile::tempdir().expect("a folder");
    put(&root.path().join("secret"), b"1");
    put(&root.path().join("site/static/a.css"), b"");
    symlink(root.path().join("secret"), root.path().join("site/static/b.css")).expect("linked");
    assert!(SiteSources::read(root.path()).expect_err("refused").to_string().contains("b.css"));
}

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

#[test]
fn a_day_on_which_nothing_happens_changes_no_byte_of_the_api() {
    let world = World::read();
    let told = |today: &str| -> BTreeMap<String, Vec<u8>> {
        let site = world.site(today);
        site.iter()
            .filter(|(path, _)| path.starts_with("api/") || path.starts_with("feeds/"))
            .map(|(path, bytes)| (path.to_owned(), bytes.to_owned()))
            .collect()
    };
    let before = told("2026-11-22");
    assert!(before == told("2027-02-28"));
    // On the next day one layer is no longer listed, and only the files that told of it are others.
    let after = told("2027-03-01");
    let changed: Vec<&String> = before.iter().filter(|(path, bytes)| after.get(*path) != Some(*bytes)).map(|(path, _)| path).collect();
    assert!(
        !changed.is_empty()
            && changed.iter().all(|path| {
                let is_of_pillow = path.to_ascii_lowercase().contains("pillow");
                is_of_pillow
                    || ["api/v3/all.ndjson", "api/v3/all.ndjson.gz", "api/v3/expiring.json", "api/v3/index.json", "feeds/expiry.ics"].contains(&path.as_str())
            }),
        "{changed:?}"
    );
}
