//! What is rendered from a small world, compared with golden folders, and what writing does to a folder.

mod render {
    mod calendar;
    mod feeds;
    pub mod golden;
    mod monthly;
    mod package_rows;
    mod pages;
    mod search;
    pub mod service;
    mod snippets;
    mod tables;
    mod version_2;
    pub mod world;
    mod writing;

    use std::path::Path;

    use klayers::outside::files::{self, Durability};
    use klayers::render::Tree;

    pub const LATEST: &str = "api/v2/p3.13-arm64/layers/latest/eu-west-1";
    pub const LIST: &str = "api/v2/p3.13-arm64/layers/eu-west-1";

    pub fn json(tree: &Tree, path: &str) -> serde_json::Value {
        serde_json::from_slice(tree.get(path).unwrap_or_else(|| panic!("no file {path}"))).expect("JSON")
    }

    pub fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
        std::str::from_utf8(tree.get(path).unwrap_or_else(|| panic!("no file {path}"))).expect("UTF-8")
    }

    pub fn put(path: &Path, bytes: &[u8]) {
        files::write(path, bytes, Durability::Process).expect("written");
    }
}

use std::collections::BTreeMap;

use render::world::{TODAY, World};
use render::{LATEST, text};

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
