//! `klayers papers`: what the site serves beside the record is gathered from archives, and from the site itself.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::{Index, Server, Wheel, World};
use klayers::domain::Sha256;

const PAPERS: &str = ".klayers/papers";
/// Where nobody listens. The port of a server that has ended may be another test's by now.
const NOBODY: &str = "http://127.0.0.1:9/";

/// The papers below a folder, by their paths, each of which has the hash of its bytes in its name.
fn papers(folder: &Path) -> BTreeSet<PathBuf> {
    let all = klayers::outside::files::walk(folder).unwrap();
    let found: BTreeSet<PathBuf> = all.into_iter().filter(|path| path.starts_with("locks") || path.starts_with("sboms")).collect();
    for path in &found {
        let bytes = std::fs::read(folder.join(path)).unwrap();
        assert_eq!(path.file_stem().unwrap().to_str().unwrap(), Sha256::of(&bytes).to_string());
    }
    found
}

/// A service with one package on two runtimes, published twice.
fn world() -> (World, Index) {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let mut world = World::with_index(&["alpha"], &index);
    world.run(&["run", "--runtime", "p3.13", "--runtime", "p3.12"]).exits(0);
    index.add(&Wheel::new("alpha", "2.0"));
    world.set_now("2026-12-01T00:00:00Z");
    world.run(&["run", "--runtime", "p3.13"]).exits(0);
    (world, index)
}

#[test]
fn a_run_keeps_and_serves_the_papers_of_all_that_is_listed() {
    let (mut world, _index) = world();
    let kept = papers(&world.path(PAPERS));
    let served = papers(&world.path(".klayers/site/api/v3"));
    assert_eq!(kept, served);
    let count = |folder: &str| served.iter().filter(|path| path.starts_with(folder)).count();
    assert!(count("locks") >= 2 && count("sboms") == 3, "{served:?}");
    // A year later the first build is no longer listed, and nothing of it is kept.
    world.set_now("2027-12-02T00:00:00Z");
    world.run(&["run", "--runtime", "p3.13"]).exits(0);
    assert_eq!(papers(&world.path(PAPERS)), papers(&world.path(".klayers/site/api/v3")));
    assert!(papers(&world.path(PAPERS)).len() < kept.len());
}

#[test]
fn a_store_that_is_lost_comes_back_from_the_site() {
    let (world, _index) = world();
    let before = papers(&world.path(PAPERS));
    let server = Server::start(&world, &["--base", "/repo/"]);
    std::fs::remove_dir_all(world.path(PAPERS)).unwrap();
    let ledger = ["--ledger", ".klayers/ledger"];
    world.run(&[&["papers"], &ledger[..]].concat()).exits(0).says("missing").says("--site URL");
    world.run(&[&["papers", "--site", &server.address], &ledger[..]].concat()).exits(0).says("0 missing");
    assert_eq!(papers(&world.path(PAPERS)), before);
    world.run(&[&["papers", "--site", &server.address], &ledger[..]].concat()).exits(0).says("0 added, 0 missing");

    // What the site lost, or has wrong, is said and never kept.
    let mut served: Vec<PathBuf> = before.iter().cloned().collect();
    let (gone, wrong) = (served.pop().unwrap(), served.pop().unwrap());
    let site = world.path(".klayers/site/api/v3");
    std::fs::remove_file(site.join(&gone)).unwrap();
    klayers::outside::files::write(&site.join(&wrong), b"other", klayers::outside::files::Durability::Process).unwrap();
    std::fs::remove_dir_all(world.path(PAPERS)).unwrap();
    let ran = world.run(&[&["papers", "--site", &server.address], &ledger[..]].concat()).exits(0).says("2 missing");
    let ran = ran.says("the site has none").says("something else");
    assert!(ran.stderr.contains(gone.to_str().unwrap()) && ran.stderr.contains(wrong.to_str().unwrap()), "{}", ran.stderr);
    assert_eq!(papers(&world.path(PAPERS)).len(), before.len() - 2);
}

#[test]
fn a_site_that_is_none_or_cannot_be_reached_stops_before_anything_is_lost() {
    let (world, _index) = world();
    std::fs::remove_dir_all(world.path(PAPERS)).unwrap();
    let server = Server::start(&world, &[]);
    let ledger = ["--ledger", ".klayers/ledger"];
    world.run(&[&["papers", "--site", &format!("{}none/", server.address)], &ledger[..]].concat()).exits(2).says("leave `--site` out");
    world.run(&[&["papers", "--site", NOBODY], &ledger[..]].concat()).exits(2).says("would be lost");
    world.run(&[&["papers", "none"], &ledger[..]].concat()).exits(2).says("is no folder");
}

#[test]
fn what_is_built_by_hand_is_gathered_from_its_folder() {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let world = World::with_index(&["alpha"], &index);
    world.run(&["plan", "--runtime", "p3.13", "-o", "plan.json"]).exits(0);
    world.run(&["build", "--plan", "plan.json", "-o", "dist"]).exits(0);
    world.run(&["verify", "dist"]).exits(0);
    world.run(&["publish", "dist", "--account", "local:account", "-o", "receipts.jsonl"]).exits(0);
    world.run(&["record", "receipts.jsonl"]).exits(0);
    world.run(&["papers", "dist"]).exits(0).says("2 wanted, 2 added, 0 missing");
    world.run(&["render"]).exits(0);
    assert_eq!(papers(&world.path("_site/api/v3")).len(), 2);
    let package: serde_json::Value = serde_json::from_str(&world.read("_site/api/v3/packages/alpha.json")).unwrap();
    let release = package["data"]["runtimes"].as_array().unwrap().iter().find_map(|runtime| runtime["releases"].get(0)).unwrap();
    for paper in ["lock", "sbom"] {
        assert!(world.path("_site").join(release[paper].as_str().unwrap()).is_file());
    }
}

#[test]
fn the_address_in_the_settings_is_asked_and_before_the_first_deployment_nothing_is_there() {
    let (world, _index) = world();
    let before = papers(&world.path(PAPERS));
    let gather = ["papers", "--from-site", "--ledger", ".klayers/ledger"];
    world.run(&gather).exits(2).says("`klayers.toml` does not say where the site is").says("[site]");
    let server = Server::start(&world, &["--base", "/repo/"]);
    let settings = world.read("pipeline/config/klayers.toml");
    let at = |address: &str| world.write("pipeline/config/klayers.toml", &format!("{settings}\n[site]\naddress = \"{address}\"\n"));

    std::fs::remove_dir_all(world.path(PAPERS)).unwrap();
    at(&format!("{}none/", server.address));
    let count = before.len();
    world.run(&gather).exits(0).says("never deployed").says("there is no site yet").says(&format!("{count} missing"));
    at(&server.address);
    world.run(&gather).exits(0).says("0 missing");
    assert_eq!(papers(&world.path(PAPERS)), before);

    std::fs::remove_dir_all(world.path(PAPERS)).unwrap();
    at(NOBODY);
    world.run(&gather).exits(2).says("would be lost");
    world.run(&[&gather[..], &["--site", "http://127.0.0.1/"]].concat()).exits(2);
}
