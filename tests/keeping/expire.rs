//! `klayers expire`: what goes, what stays, and what happens when it is disturbed.

use super::world::Service;

/// A year after the second release.
const A_YEAR_LATER: &str = "2027-12-01T00:00:00Z";

fn a_year_later() -> Service {
    let mut service = Service::new();
    service.world.set_now(A_YEAR_LATER);
    service
}

#[test]
fn what_is_past_its_date_is_deleted_once_and_the_latest_stays() {
    let mut service = Service::new();
    service.world.set_now("2027-11-30T23:59:59Z");
    service.on_account(&["expire"]).exits(0).prints("nothing is past its date");
    service.world.set_now(A_YEAR_LATER);
    let before = (service.kept("ledger"), service.kept("account"));
    let dry = service.on_account(&["expire", "--dry-run"]).exits(0);
    dry.prints("region            to delete was gone   left\neu-west-1                 1        0      0\nus-east-1                 1        0      0\n");
    assert!((service.kept("ledger"), service.kept("account")) == before, "looking changes nothing");

    let limited = service.on_account(&["expire", "--limit", "1"]).exits(0).prints("eu-west-1                 1        0      0\n");
    limited.says("1 more are past their date: run it again, or with `--no-limit`");
    assert_eq!((service.numbers("eu-west-1"), service.numbers("us-east-1")), (vec![2], vec![1, 2]));
    service.on_account(&["expire", "--no-limit"]).exits(0).prints("us-east-1                 1        0      0\n");
    assert_eq!((service.numbers("eu-west-1"), service.numbers("us-east-1")), (vec![2], vec![2]));
    assert_eq!(service.states(), ["1 Deleted", "2 Latest"]);
    let event = service.events().pop().unwrap();
    assert_eq!(event, serde_json::json!({"event": "deleted", "at": A_YEAR_LATER, "layer": "Klayers-p313-beta", "regions": {"us-east-1": 1}}));

    let after = (service.kept("ledger"), service.kept("account"));
    service.on_account(&["expire"]).exits(0).prints("nothing is past its date");
    assert!((service.kept("ledger"), service.kept("account")) == after, "once is enough");
    service.run_all().exits(0);
    assert_eq!(service.rendered_latest(), ["1.6"]);
}

#[test]
fn one_build_that_goes_everywhere_is_one_line() {
    let service = a_year_later();
    service.on_account(&["expire"]).exits(0);
    let events = service.events();
    assert_eq!((events.len(), &events[2]["regions"]), (3, &serde_json::json!({"eu-west-1": 1, "us-east-1": 1})));
}

#[test]
fn killed_between_deletion_and_record_the_next_run_records_it() {
    let undisturbed = a_year_later();
    undisturbed.on_account(&["expire"]).exits(0);
    let service = a_year_later();
    let events = service.world.read(".klayers/ledger/p3.13/beta/events.jsonl");
    service.on_account(&["expire"]).exits(0);
    // As a process leaves it that is killed after the last deletion and before the line about it.
    service.world.write(".klayers/ledger/p3.13/beta/events.jsonl", &events);
    service.on_account(&["expire"]).exits(0).prints("eu-west-1                 0        1      0\nus-east-1                 0        1      0\n");
    // Each has an index of its own, whose address stands in the lock.
    let without_papers = |service: &Service| {
        let mut events = service.events();
        events.iter_mut().filter_map(|event| event.as_object_mut()).for_each(|event| drop(event.remove("papers")));
        events
    };
    assert_eq!(without_papers(&service), without_papers(&undisturbed));
    // And after the first deletion.
    let service = a_year_later();
    service.delete("eu-west-1", 1);
    service.on_account(&["expire"]).exits(0).prints("eu-west-1                 0        1      0\nus-east-1                 1        0      0\n");
    assert_eq!(without_papers(&service), without_papers(&undisturbed));
}

#[test]
fn what_is_not_as_it_was_recorded_is_left_and_stops_nothing() {
    let service = a_year_later();
    service.change_version("us-east-1", 1, |version| version["code_sha256"] = "0".repeat(64).into());
    for arguments in [&["expire", "--dry-run"][..], &["expire"], &["expire"]] {
        service.on_account(arguments).exits(1).says("left: 1 layer version in us-east-1: [hash-differs]").says("it is not ours to delete");
    }
    assert_eq!((service.numbers("eu-west-1"), service.numbers("us-east-1")), (vec![2], vec![1, 2]));
}

#[test]
fn another_account_is_never_touched() {
    let service = a_year_later();
    let events = service.world.read(".klayers/ledger/p3.13/beta/events.jsonl");
    service.world.write(".klayers/ledger/p3.13/beta/events.jsonl", &events.replace("000000000000", "123456789012"));
    let before = (service.kept("ledger"), service.kept("account"));
    service.on_account(&["expire"]).exits(1).says("left: 1 layer version in eu-west-1: [other-account] `eu-west-1` is of the account 000000000000");
    assert!((service.kept("ledger"), service.kept("account")) == before);
}

#[test]
fn what_a_listing_still_has_is_left_until_it_is_rendered_anew() {
    let mut service = Service::new();
    let render = |service: &Service| service.run(&["render", "--site", "_site", "--deployments", "deployments"]).exits(0);
    render(&service);
    service.world.set_now(A_YEAR_LATER);
    service.on_account(&["expire"]).exits(1).says("[still-listed] it stands in `python3.13/arns/eu-west-1.csv`");
    assert_eq!(service.numbers("eu-west-1"), [1, 2]);
    // A workflow renders after this, so it comes back anyway.
    service.on_account(&["expire", "--leave-listed"]).exits(0).says("2 more are past their date and still listed");
    assert_eq!(service.numbers("eu-west-1"), [1, 2]);
    render(&service);
    service.on_account(&["expire"]).exits(0);
    assert_eq!(service.numbers("eu-west-1"), [2]);
}

#[test]
fn what_was_withdrawn_goes_a_year_later_and_what_is_latest_instead_stays() {
    let mut service = Service::new();
    service.run(&["yank", "beta", "--runtime", "p3.13"]).exits(0);
    service.world.set_now("2027-11-30T23:59:59Z");
    service.on_account(&["expire"]).exits(0).prints("nothing is past its date");
    service.world.set_now(A_YEAR_LATER);
    service.on_account(&["expire"]).exits(0);
    assert_eq!((service.numbers("us-east-1"), service.states()), (vec![1], vec!["1 Latest".to_owned(), "2 Deleted".to_owned()]));
}

#[test]
fn only_active_regions_and_those_that_are_named() {
    let service = a_year_later();
    let regions = service.world.read("pipeline/config/regions.csv");
    service.world.write("pipeline/config/regions.csv", &regions.replace("Europe (Ireland)", "Europe (Ireland),paused"));
    service.on_account(&["expire", "--region", "eu-west-1"]).exits(2).says("`eu-west-1` is not an active region");
    service.on_account(&["expire"]).exits(0);
    assert_eq!((service.numbers("eu-west-1"), service.numbers("us-east-1")), (vec![1, 2], vec![2]));
    service.world.write("pipeline/config/regions.csv", &regions);
    service.on_account(&["expire", "--region", "us-east-1"]).exits(0).prints("nothing is past its date");
    service.on_account(&["expire", "--region", "eu-west-1"]).exits(0);
    assert_eq!(service.numbers("eu-west-1"), [2]);
}

#[test]
fn a_region_that_fails_does_not_stop_the_others() {
    let service = a_year_later();
    // A file of the account that cannot be read.
    let file = ".klayers/account/regions/eu-west-1/Klayers-p313-beta.json";
    let layer = service.world.read(file);
    service.world.write(file, "{");
    let ran = service.on_account(&["expire"]).exits(1).says("left: 1 layer version in eu-west-1: [this-machine]");
    ran.prints("eu-west-1                 0        0      1\nus-east-1                 1        0      0\n");
    service.world.write(file, &layer);
    service.on_account(&["expire"]).exits(0).prints("eu-west-1                 1        0      0\n");
    assert_eq!((service.numbers("eu-west-1"), service.numbers("us-east-1")), (vec![2], vec![2]));
}
