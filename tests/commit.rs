//! `klayers commit`: the record comes to the branch, whatever others do to it meanwhile.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;
#[path = "commit/disturbed.rs"]
mod disturbed;
#[path = "commit/ledgers.rs"]
mod ledgers;
#[path = "commit/secrets.rs"]
mod secrets;
#[path = "commit/service.rs"]
mod service;

use service::{Service, scratch};

#[test]
fn what_a_run_did_is_recorded_rendered_and_pushed_and_the_folder_stays_as_it_was() {
    let service = Service::new(&["alpha", "beta"]);
    let [plan, receipts] = service.publish(None);
    let before = service.git("", &["status", "--porcelain=v2", "--branch"]);
    service.commit(&[&receipts, "--plan", &plan]).exits(0).says("Record 6 layers in 2 regions: `main` is at ");
    let head = service.origin(&["rev-parse", "main"]);
    assert_eq!(service.outputs(), ["changed=true".to_owned(), format!("sha={head}")]);
    // What the steps before wrote is there; of the repository itself, nothing changed.
    assert_eq!(service.git("", &["status", "--porcelain=v2", "--branch"]).replace("? outputs\n", ""), before);
    assert_eq!(scratch(&service), [""; 0].map(std::path::PathBuf::from));
    assert_eq!(
        service.origin(&["log", "-1", "--format=%an <%ae> %at|%cn|%B", "main"]),
        "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com> 1795330800|github-actions[bot]|Record 6 layers in 2 regions"
    );
    let changed = service.origin(&["diff", "--name-only", "main~1", "main"]);
    assert!(changed.lines().all(|path| path.starts_with("pipeline/ledger/") || path.starts_with("deployments/")), "{changed}");
    assert_eq!(service.on_branch("pipeline/ledger/last-run.json"), "{\n  \"at\": \"2026-11-22T07:00:00Z\"\n}");
    assert!(service.on_branch("pipeline/ledger/p3.13/build-times.json").contains("\"alpha\": "));

    // The same by hand.
    service.world.run(&["record", &receipts]).exits(0);
    service.world.run(&["render"]).exits(0);
    service.git("", &["add", "pipeline/ledger", "deployments"]);
    // Hash and path of each file.
    let listed = |text: String| -> Vec<String> {
        let lines = text.lines().map(|line| line.replace(" blob ", " ").replace(" 0\t", "\t"));
        lines.filter(|line| !line.ends_with("/.lock") && !line.ends_with("/last-run.json")).collect()
    };
    let by_hand = |folder: &str| listed(service.git("", &["ls-files", "--stage", folder]));
    let ours = |folder: &str| listed(service.tree(folder));
    for folder in ["deployments", "pipeline/ledger"] {
        assert!(!by_hand(folder).is_empty());
        assert_eq!(by_hand(folder), ours(folder));
    }

    service.commit(&[&receipts, "--plan", &plan]).exits(0).says("nothing to commit");
    assert_eq!(service.outputs(), ["changed=false".to_owned(), format!("sha={head}")]);
    assert_eq!(service.commits(), 2);
}

#[test]
fn a_shallow_clone_is_enough() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    service.git("", &["commit", "-q", "--allow-empty", "-m", "More"]);
    service.git("", &["push", "-q", "origin", "main"]);
    let url = format!("file://{}", service.world.path("origin.git").display());
    service.git("", &["clone", "-q", "--depth", "1", &url, "shallow"]);
    service.commit(&[&receipts, "--root", "shallow"]).exits(0).says("Record 3 layers in 2 regions");
    assert_eq!(service.commits(), 3);
    assert_eq!(service.git("shallow", &["status", "--porcelain"]), "");
}

#[test]
fn a_run_is_whole_when_its_plan_was_and_something_came_of_it() {
    let service = Service::new(&["alpha", "beta"]);
    let has = || service.tree("pipeline/ledger").contains("last-run.json");
    let [part, receipts] = service.publish(Some("alpha"));
    service.commit(&[&receipts, "--plan", &part]).exits(0);
    service.world.run(&["plan", "-o", "whole.json"]).exits(0);
    service.commit(&["none.jsonl", "--plan", "whole.json"]).exits(0).says("there is no `none.jsonl`").says("nothing to commit");
    assert!(!has(), "a plan of a part, and one of which nothing was done");
    service.git("", &["pull", "-q", "origin", "main"]);
    let [whole, receipts] = service.publish(None);
    service.commit(&[&receipts, "--plan", &whole]).exits(0);
    assert!(has());

    service.git("", &["pull", "-q", "origin", "main"]);
    let change = service.world.read(&whole).replace("\"whole\"", "\"change\"");
    service.world.write("change.json", &change);
    service.commit(&["--plan", "change.json"]).exits(2).says("only proposed");
    let other = "0".repeat(64);
    service.commit(&["--plan", &whole, "--plan-sha256", &other]).exits(2).says("is not the plan that was made");
    service.command(&["--plan", &whole]).env("KLAYERS_PLAN_SHA256", "").status().map(|status| assert!(status.success())).unwrap();
    let refused = service.command(&["--plan", &whole]).env("KLAYERS_PLAN_SHA256", &other).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn what_was_settled_without_a_build_is_recorded_without_receipts() {
    let service = Service::new(&["alpha"]);
    service.world.packages(&["gone"]);
    service.git("", &["commit", "-q", "-a", "-m", "A package that nobody has"]);
    service.git("", &["push", "-q", "origin", "main"]);
    service.world.run(&["plan"]).exits(0).says("0 to build, 0 unchanged, 3 cannot be resolved");
    service.commit(&["--plan", "plan.json"]).exits(0).says("Record what failed and what is held back");
    assert!(service.on_branch("pipeline/ledger/p3.13/status.json").contains("\"gone\""));
    assert!(service.tree("pipeline/ledger").contains("last-run.json"));
}

#[test]
fn configuration_that_is_wrong_keeps_nothing_from_being_recorded() {
    let service = Service::new(&["alpha"]);
    let [_, receipts] = service.publish(None);
    service.competitor("other", "pipeline/config/packages.csv", "Package_Name,License,Authors/Maintainers\nalpha alpha\n");
    service.git("other", &["push", "-q"]);
    service.commit(&[&receipts]).exits(1).says("pipeline/config/packages.csv:2").says("was not rendered").says("what was done is recorded");
    assert!(service.on_branch("pipeline/ledger/p3.13/alpha/events.jsonl").contains("\"published\""));
    assert_eq!(service.tree("deployments"), "");
    assert_eq!(service.outputs()[0], "changed=true");

    // A ledger that is wrong is not written to.
    service.git("other", &["pull", "-q"]);
    service.world.write("other/pipeline/ledger/p3.13/alpha/events.jsonl", "{}\n");
    service.git("other", &["commit", "-q", "-a", "-m", "Break"]);
    service.git("other", &["push", "-q"]);
    service.commit(&[&receipts]).exits(1).says("ledger-line-invalid").says("nothing was committed");
    assert_eq!(service.commits(), 4);
}

#[test]
fn a_remote_or_a_branch_that_is_not_there_is_named() {
    let service = Service::new(&["alpha"]);
    service.commit(&["--remote", "upstream"]).exits(2).says("No such remote 'upstream'").says("run this command again");
    service.commit(&["--branch", "release"]).exits(2).says("couldn't find remote ref refs/heads/release");
    service.commit(&["--remote", "--upload-pack=touch x"]).exits(2);
}
