//! Clocks that were set back, or that jumped ahead.

use super::common::{Index, Ran, Wheel, World};
use super::service::{ACCOUNT, EXPIRE, LEDGER, RENDER, RUN, Service, program, ran};

#[test]
fn a_clock_that_the_ledger_contradicts_deletes_nothing() {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    for (recorded, words) in [("2020-01-01T00:00:00Z", "which is more than three months"), ("2500-01-01T00:00:00Z", "which is later")] {
        let mut world = World::with_index(&["alpha"], &index);
        world.set_now(recorded);
        world.run(&RUN).exits(0);
        // By the clock of this machine, whatever that says.
        let told = without_time(&world, &EXPIRE);
        assert_eq!(told.code, Some(2), "{told:?}");
        assert!(told.stderr.contains(words) && told.stderr.contains("nothing was deleted\nhelp: set the clock"), "{told:?}");
        // A time that is given is believed.
        world.run(&EXPIRE).exits(0);
    }
}

#[test]
fn a_century_ahead_deletes_only_when_it_is_said_and_never_what_is_listed() {
    let mut service = Service::recorded();
    service.world.run(&RENDER).exits(0);
    service.world.set_now("2126-12-01T00:00:00Z");
    let numbers = |service: &Service| service.world.json(".klayers/account/regions/us-east-1/Klayers-p313-alpha.json")["versions"].as_object().unwrap().len();
    let listed = [&EXPIRE[..], &["--deployments", ".klayers/deployments"]].concat();
    service.world.run(&listed).exits(1).says("still-listed");
    assert_eq!(numbers(&service), 2);
    service.world.run(&EXPIRE).exits(0);
    assert_eq!(numbers(&service), 1, "the latest stays");
}

#[test]
fn what_is_recorded_by_a_clock_that_was_set_back_is_recorded_as_well() {
    let mut service = Service::new();
    let before = service.lines();
    service.world.set_now("2019-01-01T00:00:00Z");
    service.world.run(&RUN).exits(0);
    let after = service.lines();
    assert!(after.is_superset(&before) && after.len() == before.len() + 2, "{after:?}");
    let latest = service.world.read(".klayers/site/api/v2/p3.13/layers/latest/us-east-1/index.html");
    assert!(latest.contains("1.1") && !latest.contains("1.0"), "the order of lines counts, not their times: {latest}");
    // And when the clock is right again, nothing is to be done, and nothing is wrong.
    service.world.set_now("2026-12-02T00:00:00Z");
    service.world.run(&RUN).exits(0);
    assert_eq!(service.lines(), after);
    service.world.run(&["adopt", "--dry-run", "--account", ACCOUNT, "--ledger", LEDGER]).exits(0);
}

#[test]
fn a_ledger_from_the_future_is_kept_and_rendered() {
    let mut service = Service::new();
    service.world.set_now("2999-12-31T23:59:59Z");
    service.world.run(&RUN).exits(0);
    let lines = service.lines();
    service.world.set_now("2026-12-03T00:00:00Z");
    service.world.run(&RUN).exits(0);
    service.world.run(&RENDER).exits(0);
    assert_eq!(service.lines(), lines);
}

/// Runs it by the clock of this machine.
fn without_time(world: &World, arguments: &[&str]) -> Ran {
    ran(&program(world, env!("CARGO_BIN_EXE_klayers")).args(arguments).output().unwrap())
}
