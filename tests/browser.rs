//! The website in a real browser: `tests/browser/*.test.mjs`, each on a site that the real binary renders and serves.
//!
//! tests/browser/README.md tells how to write one, and how to look at the sites and at pictures of their pages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "browser/build.rs"]
mod build;
mod common;
#[path = "browser/script.rs"]
mod script;
#[path = "browser/served.rs"]
mod served;
#[path = "browser/tools.rs"]
mod tools;
#[path = "browser/world.rs"]
mod world;

use script::run;

#[test]
fn harness() {
    run("harness", &world::world());
}

#[test]
fn every_page() {
    run("every-page", &world::world());
}

#[test]
fn content_pages() {
    run("content-pages", &world::world());
}

#[test]
fn home() {
    run("home", &world::world());
}

#[test]
fn package() {
    run("package", &world::world());
}

#[test]
fn tables() {
    run("tables", &world::world());
}

#[test]
fn arn() {
    run("arn", &world::world());
}

#[test]
fn docs() {
    run("docs", &world::world());
}

#[test]
fn every_script_has_its_test() {
    let text = include_str!("browser.rs");
    let names = klayers::outside::files::names(&script::folder()).unwrap();
    let scripts: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".test.mjs")).collect();
    assert!(scripts.len() >= 6, "{scripts:?}");
    let without: Vec<&&str> = scripts.iter().filter(|name| !text.contains(&format!("run(\"{name}\", "))).collect();
    assert!(without.is_empty(), "add a `#[test]` to tests/browser.rs for {without:?}");
}
