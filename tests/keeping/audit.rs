//! `klayers audit`: what it sees, what it records, what it mends.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::common::{Index, Wheel, World};
use super::world::{LEDGER, Service, events};

const LATER: &str = "2026-12-24T00:00:00Z";

fn later() -> Service {
    let mut service = Service::new();
    service.world.set_now(LATER);
    service
}

#[test]
fn all_is_well_and_nothing_is_changed() {
    let service = later();
    let before = (service.kept("ledger"), service.kept("account"));
    for arguments in [&["audit"][..], &["audit", "--repair"], &["audit", "--dry-run"], &["audit", "--region", "us-east-1"]] {
        let looked_at = if arguments.contains(&"--region") { 2 } else { 4 };
        service.on_account(arguments).exits(0).says(&format!("{looked_at} layer versions were looked at: {looked_at} are well"));
    }
    assert!((service.kept("ledger"), service.kept("account")) == before);
    service.on_account(&["audit", "--region", "ap-south-1"]).exits(2).says("has no region `ap-south-1`");
}

#[test]
fn what_is_lost_is_no_longer_listed_and_comes_back_only_when_it_is_asked_for() {
    let service = later();
    service.delete("us-east-1", 2);
    let before = service.kept("ledger");
    let dry = service.on_account(&["audit", "--dry-run"]).exits(1).says("error[layer-lost]: `arn:aws:lambda:us-east-1:000000000000:layer:Klayers-p313-beta:2`");
    dry.says("  --> .klayers/ledger/p3.13/beta/events.jsonl:2\n");
    assert!(service.kept("ledger") == before, "looking records nothing");
    service.on_account(&["audit"]).exits(1).says("4 layer versions were looked at: 3 are well, 0 were repaired, 1 are lost").says("next: klayers render");
    assert_eq!(service.events().pop().unwrap(), json!({"event": "lost", "at": LATER, "layer": "Klayers-p313-beta", "regions": {"us-east-1": 2}}));
    assert_eq!(service.states(), ["1 Latest", "2 Lost"]);
    assert_eq!(service.rendered_latest(), ["1.5"]);

    // It is known now, and told by everything that reads the ledger.
    let after = service.kept("ledger");
    service.on_account(&["audit"]).exits(0).says("warning[version-lost]: `Klayers-p313-beta` is lost from the account: version 2 in us-east-1");
    let ran = service.run_all().exits(0).prints("0 layer versions published");
    ran.says("`--force` brings it back: of `klayers plan --package beta`");
    assert_eq!(service.kept("ledger"), after, "neither recorded again nor published");
    service.world.run(&["run", "--package", "beta", "--runtime", "p3.13", "--force"]).exits(0).prints("2 layer versions published in 2 regions");
    assert_eq!(service.states(), ["1 Deprecated", "2 Lost", "3 Latest"]);
    let audited = service.on_account(&["audit"]).exits(0);
    assert!(!audited.stderr.contains("version-lost"), "{}", audited.stderr);
}

#[test]
fn a_region_that_lost_something_does_not_get_it_when_another_is_filled() {
    let service = later();
    service.delete("us-east-1", 2);
    service.on_account(&["audit"]).exits(1);
    let regions = service.world.read("pipeline/config/regions.csv").replace("paused", "active");
    service.world.write("pipeline/config/regions.csv", &regions);
    service.run_all().exits(0).prints("1 layer versions published");
    assert_eq!(service.states(), ["1 Latest", "2 Lost"]);
    service.index.add(&Wheel::new("beta", "1.7"));
    service.run_all().exits(0).prints("3 layer versions published");
    assert_eq!(service.states(), ["1 Deprecated", "2 Lost", "3 Latest"], "a newer release comes by itself");
}

#[test]
fn what_was_lost_and_is_there_again_is_listed_again() {
    let service = later();
    let before = service.history();
    let layer = service.world.read(".klayers/account/regions/us-east-1/Klayers-p313-beta.json");
    service.delete("us-east-1", 2);
    service.on_account(&["audit"]).exits(1);
    service.world.write(".klayers/account/regions/us-east-1/Klayers-p313-beta.json", &layer);
    service.on_account(&["audit"]).exits(0).says("layer:Klayers-p313-beta:2` was lost and is there again");
    assert_eq!(service.events().pop().unwrap()["event"], "found");
    assert_eq!(service.history(), before);
    // As another archive it is not it.
    service.delete("us-east-1", 2);
    service.on_account(&["audit"]).exits(1);
    service.world.write(".klayers/account/regions/us-east-1/Klayers-p313-beta.json", &layer);
    service.change_version("us-east-1", 2, |version| version["code_sha256"] = "0".repeat(64).into());
    service.on_account(&["audit"]).exits(1).says("error[layer-hash-differs]");
    assert_eq!(service.states(), ["1 Latest", "2 Lost"]);
}

#[test]
fn permissions_are_mended_when_that_is_asked_for_and_bytes_never() {
    let service = later();
    service.change_version("us-east-1", 1, |version| version["statements"] = json!({}));
    service.change_version("us-east-1", 2, |version| version["code_sha256"] = "0".repeat(64).into());
    service.change_version("eu-west-1", 2, |version| version["statements"] = json!({"own": {"account": "123456789012"}}));
    let before = (service.kept("ledger"), service.kept("account"));
    let said = service.on_account(&["audit"]).exits(1).says("error[layer-hash-differs]: `arn:aws:lambda:us-east-1:000000000000:layer:Klayers-p313-beta:2`");
    let said = said.says("layer:Klayers-p313-beta:1` is not shared as it should be: it has no policy").says("no statement of its policy allows everybody");
    said.says("help: `klayers audit --repair` shares it again");
    assert!((service.kept("ledger"), service.kept("account")) == before);

    service.on_account(&["audit", "--repair"]).exits(1).says("1 are well, 2 were repaired, 0 are lost");
    let mended = service.on_account(&["audit"]).exits(1);
    assert!(!mended.stderr.contains("layer-not-shared") && mended.stderr.contains("3 are well"), "{}", mended.stderr);
    let policy = service.world.json(".klayers/account/regions/eu-west-1/Klayers-p313-beta.json");
    assert_eq!(policy["versions"]["2"]["statements"], json!({"make_public": "public", "own": {"account": "123456789012"}}));
    assert_eq!(service.kept("ledger"), before.0);
}

#[test]
fn a_statement_that_is_in_the_way_cannot_be_mended() {
    let service = later();
    service.change_version("us-east-1", 1, |version| version["statements"] = json!({"make_public": {"account": "123456789012"}}));
    service.on_account(&["audit", "--repair"]).exits(1).says("error[layer-not-shared]").says("3 are well, 0 were repaired");
}

#[test]
fn what_is_shared_with_more_than_it_should_be_is_told() {
    let service = later();
    service.world.add_settings("[publish]\nshare = [\"123456789012\"]\n");
    service.on_account(&["audit", "--repair"]).exits(1).says("error[layer-too-public]").says("0 are well, 0 were repaired");
}

#[test]
fn programs_get_one_list() {
    let service = later();
    service.delete("us-east-1", 2);
    let found = |code| -> Value { serde_json::from_str(&service.on_account(&["audit", "--format", "json"]).exits(code).stdout).unwrap() };
    let first = found(1);
    assert_eq!((&first[0]["code"], &first[0]["line"], first.as_array().unwrap().len()), (&json!("layer-lost"), &json!(2), 1));
    let second = found(0);
    assert_eq!((&second[0]["code"], &second[0]["severity"]), (&json!("version-lost"), &json!("warning")));
    service.world.run(&["audit", "--account", "local:.klayers/account", "--ledger", ".klayers/ledger", "--format", "github"]).exits(0);
}

#[test]
fn a_region_that_lost_nearly_everything_is_not_believed() {
    let names = ["alpha", "beta", "gamma", "delta"];
    let index = Index::with(&names.map(|name| Wheel::new(name, "1.0")));
    let world = World::with_index(&names, &index);
    world.run(&["run", "--runtime", "p3.13"]).exits(0);
    let audit = |more: &[&str]| world.run(&[&["audit", "--ledger", LEDGER], more].concat());
    // The folder of another account, which is empty.
    audit(&["--account", "local:.klayers/other"]).exits(1).says("4 of 4 layer versions are missing in `us-east-1`, which is hard to believe");
    let count = || names.iter().map(|name| events(&world, &format!("p3.13/{name}")).len()).sum::<usize>();
    assert_eq!(count(), 4, "nothing is recorded");
    audit(&["--account", "local:.klayers/account"]).exits(0);
    audit(&["--account", "local:.klayers/other", "--accept-losses", "--region", "us-east-1"]).exits(1).says("4 are lost");
    assert_eq!(count(), 8);
    assert!(names.iter().all(|name| events(&world, &format!("p3.13/{name}"))[1]["event"] == "lost"));
}

#[test]
fn a_region_that_cannot_be_looked_at_is_open_unless_nothing_is_published_there() {
    let service = later();
    // A file where the account's folder of the region should be.
    let broken = service.world.path(".klayers/account/regions/us-east-1/Klayers-p313-beta.json");
    service.world.write(broken.strip_prefix(service.world.path("")).unwrap().to_str().unwrap(), "{");
    let before = service.kept("ledger");
    let ran = service.on_account(&["audit"]).exits(1).says("error[region-not-audited]: 2 layer versions in `us-east-1` could not be looked at: [this-machine]");
    ran.says("2 are well");
    assert_eq!(service.kept("ledger"), before);
    let regions = service.world.read("pipeline/config/regions.csv");
    service.world.write("pipeline/config/regions.csv", &regions.replace("US East (N. Virginia)", "US East (N. Virginia),paused"));
    service.on_account(&["audit"]).exits(0).says("warning[region-not-audited]");
}

#[test]
fn the_older_ones_have_their_turn_and_the_latest_always() {
    let mut service = Service::new();
    let mut turns = BTreeSet::new();
    for day in 10..13 {
        service.world.set_now(&format!("2026-12-{day}T00:00:00Z"));
        let said = service.on_account(&["audit", "--older-every", "3"]).exits(0).stderr;
        let count: usize = said.lines().find_map(|line| line.split_once(" layer versions were looked at")).unwrap().0.parse().unwrap();
        assert!((2..=4).contains(&count), "{said}");
        turns.insert((day, count));
    }
    assert_eq!(turns.iter().map(|(_, count)| count).sum::<usize>(), 2 * 3 + 2, "{turns:?}");
    service.on_account(&["audit", "--older-every", "0"]).exits(2).says("--older-every");
}
