//! `klayers yank` and its undoing.

use super::common::Wheel;
use super::world::Service;

#[test]
fn a_withdrawn_release_is_not_listed_and_does_not_come_back_until_that_is_undone() {
    let service = Service::new();
    assert_eq!(service.rendered_latest(), ["1.6"]);
    let before = service.history();
    let reason = format!("it\nbreaks  `boto3`\u{1b}[2J {}", "x".repeat(300));
    let yank = ["yank", "Beta", "--runtime", "p3.13"];
    let ran = service.run(&[&yank[..], &["--reason", &reason]].concat()).exits(0);
    let ran = ran.says("`Beta` 1.6 (build ").says("of 2026-12-01) is withdrawn for p3.13: 1.5 is the latest in 2 regions now");
    ran.says("next: klayers render");
    let event = service.events().pop().unwrap();
    assert_eq!(event["event"], "yanked");
    let written = event["reason"].as_str().unwrap();
    assert!(written.starts_with("it breaks `boto3`[2J xxx") && written.chars().count() <= 200, "{written}");
    assert_eq!(service.rendered_latest(), ["1.5"]);
    assert_eq!(service.states(), ["1 Latest", "2 Yanked"]);

    let record = service.kept("ledger");
    service.run(&[&yank[..], &["--version", "1.6"]].concat()).exits(0).says("is withdrawn for p3.13 already");
    assert!(service.kept("ledger") == record, "once is enough");
    service.run_all().exits(0).prints("0 layer versions published");

    service.run(&[&yank[..], &["--undo"]].concat()).exits(0).says("is in use again for p3.13: 1.6 is the latest in 2 regions now");
    assert_eq!(service.history(), before, "as if it had never been");
    assert_eq!(service.rendered_latest(), ["1.6"]);
    service.run(&[&yank[..], &["--undo", "--version", "1.6"]].concat()).exits(0).says("is in use for p3.13 already");
    service.index.add(&Wheel::new("beta", "1.7"));
    service.run_all().exits(0);
    assert_eq!(service.rendered_latest(), ["1.7"]);
}

#[test]
fn what_is_not_clear_is_listed_and_nothing_is_written() {
    let service = Service::new();
    // The same version, built anew with a dependency that it did not have.
    service.index.add(&Wheel::new("gamma", "1.0"));
    service.world.packages(&["beta"]);
    service.world.add_settings("[package.beta]\nneeds = [\"gamma\"]\n");
    service.run_all().exits(0);
    let record = service.kept("ledger");
    let yank = |more: &[&str]| service.run(&[&["yank", "beta", "--runtime", "p3.13"], more].concat());
    let said = yank(&["--version", "1.6"]).exits(2).says("several builds are of version `1.6`").says("`--build`").stderr;
    yank(&["--version", "9"]).exits(2).says("no build is of version `9`; there are: 1.5 (build ");
    yank(&["--undo"]).exits(2).says("no build is withdrawn");
    service.run(&["yank", "never", "--runtime", "p3.13"]).exits(2).says("`never` for p3.13: nothing was ever published");
    service.run(&["yank", "beta", "--runtime", "p3.13", "--runtime", "p3.12"]).exits(2).says("`beta` for p3.12: nothing was ever published");
    service.run(&["yank", "beta"]).exits(2).says("--runtime");
    assert!(service.kept("ledger") == record);

    let hash = said.split("1.6 (build ").nth(1).unwrap().split(' ').next().unwrap();
    yank(&["--version", "1.6", "--build", hash]).exits(0).says("the latest stays as it was");
    assert_eq!(service.states(), ["1 Deprecated", "2 Yanked", "3 Latest"]);
    // The last one falls back to what is left, and then to nothing.
    yank(&[]).exits(0).says("1.5 is the latest in 2 regions now");
    yank(&[]).exits(0).says("none is left in 2 regions");
    assert_eq!(service.rendered_latest(), [""; 0]);
}
