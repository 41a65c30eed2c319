//! The website in a real browser: `tests/browser/*.test.mjs`, each on a site that the real binary renders and serves.
//!
//! tests/browser/README.md tells how to write one, and how to look at the sites and at pictures of their pages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "browser/build.rs"]
mod build;
#[path = "../examples/generate_ledger/chance.rs"]
mod chance;
mod common;
#[path = "browser/hostile.rs"]
mod hostile;
#[path = "browser/html.rs"]
mod html;
#[path = "browser/large.rs"]
mod large;
#[path = "../examples/generate_ledger/ledger.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod ledger;
#[path = "browser/links.rs"]
mod links;
#[path = "../examples/generate_ledger/lock.rs"]
mod lock;
#[path = "../examples/generate_ledger/month.rs"]
mod month;
#[path = "browser/script.rs"]
mod script;
#[path = "browser/served.rs"]
mod served;
#[path = "../examples/generate_ledger/service.rs"]
mod service;
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
fn layer_arn() {
    run("layer-arn", &world::world());
}

#[test]
fn package_row() {
    run("package-row", &world::world());
}

#[test]
fn request() {
    run("request", &world::world());
}

#[test]
fn html_is_valid() {
    run("html", &world::world());
}

#[test]
fn html_of_hostile_texts_is_valid() {
    let world = hostile::world(hostile::Texts::Hostile);
    script::run_on("html", &served::Served::start("html-hostile", &world), &[]);
}

#[test]
fn hostile_texts_stay_texts() {
    let [hostile, plain] = [hostile::Texts::Hostile, hostile::Texts::Plain].map(hostile::world);
    let [hostile, plain] = [served::Served::start("hostile", &hostile), served::Served::start("plain", &plain)];
    let attacks = serde_json::to_string(&hostile::ATTACKS.map(|attack| attack.replace('\0', ""))).unwrap();
    script::run_on("hostile", &hostile, &[("KLAYERS_BENIGN_SITE", &plain.address), ("KLAYERS_ATTACKS", &attacks), ("KLAYERS_PLAIN", hostile::PLAIN)]);
}

#[test]
fn weight() {
    run("weight", &world::world());
}

#[test]
fn lighthouse() {
    run("lighthouse", &world::world());
}

#[test]
fn large_service() {
    run("large", &large::world());
}

#[test]
fn every_link_leads_somewhere() {
    for address in [Some("https://layers.example/repo/"), None] {
        let files = served::rendered(&world::world(), address);
        let (broken, count) = links::broken(&files, address);
        assert!(count > 1000, "the links are not found any more: {count}");
        assert!(broken.is_empty(), "with the address {address:?}:\n{}", broken.into_iter().collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn the_sitemap_has_the_pages_that_people_look_for() {
    let address = "https://example.org/layers/";
    let pages = links::in_sitemap(&served::rendered(&world::world(), Some(address)), address);
    for page in
        ["", "packages/pandas/", "packages/zope-interface/", "status/", "arn/", "request/", "docs/", "api-reference/", "using-layers/", "not-authorized/"]
    {
        assert!(pages.contains(page), "`{page}` is not among {pages:?}");
    }
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let page = |body: &str| format!("<!DOCTYPE html><html><head></head><body>{body}</body></html>").into_bytes();
    let files = |body: &str| [("index.html".into(), page(body)), ("a/index.html".into(), page("<p id=\"there\">x</p>"))].into();
    for (body, fault) in [
        ("<a href=\"b/\">x</a>", "is not there"),
        ("<a href=\"a\">x</a>", "is not there"),
        ("<a href=\"#none\">x</a>", "leads to `#none`"),
        ("<a href=\"a/#none\">x</a>", "leads to `#none`"),
        ("<img alt src=none.png>", "is not there"),
        ("<a href=\"/a/\">x</a>", "above the top"),
        ("<a href='java&#x2F;script:alert(1)'>x</a><a href='javascript:alert(1)'>", "has the scheme"),
    ] {
        let (found, _) = links::broken(&files(body), Some("https://example.org/layers/"));
        assert!(found.iter().any(|line| line.contains(fault)), "{body}: {found:?}");
    }
    let (found, count) =
        links::broken(&files("<a href=\"a/#there\">x</a> <a href=\"https://example.org/layers/a/\">x</a> <a href=\"https://other.example\">x</a>"), None);
    assert_eq!((found.len(), count), (0, 3), "{found:?}");
}

#[test]
fn every_script_has_its_test() {
    let text = include_str!("browser.rs");
    let names = klayers::outside::files::names(&script::folder()).unwrap();
    let scripts: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".test.mjs")).collect();
    assert!(scripts.len() >= 6, "{scripts:?}");
    let without: Vec<&&str> = scripts.iter().filter(|name| !text.contains(&format!("(\"{name}\", "))).collect();
    assert!(without.is_empty(), "add a `#[test]` to tests/browser.rs for {without:?}");
}
