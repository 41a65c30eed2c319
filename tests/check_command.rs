//! `klayers check`: its exit codes, its formats, and the ratchet against another revision.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use common::{Index, Wheel, World, git, tree};

#[test]
fn all_problems_are_told_at_once_and_nothing_is_written() {
    let world = World::new(&["alpha", "", "https://index.example/x.whl", "alpha"]);
    world.write("pipeline/config/regions.csv", "Code,Name,State\nus-east-1,US East (N. Virginia)\nus-east-1,again\n");
    world.write("pipeline/ledger/p3.13/alpha/events.jsonl", "{\"half\":");
    let before = tree(&world.path(""));
    let ran = world.run(&["check"]).exits(1);
    assert_eq!(ran.stdout, "");
    let told: Vec<&str> = ran.stderr.lines().filter_map(|line| line.strip_prefix("error[")?.split_once(']').map(|(code, _)| code)).collect();
    assert_eq!(told, ["blank-line", "direct-reference", "duplicate-layer-name", "duplicate-region", "ledger-line-cut"]);
    assert!(ran.stderr.contains("  --> pipeline/config/packages.csv:3\n  help: "), "{}", ran.stderr);
    assert!(before == tree(&world.path("")), "checking writes nothing");
}

#[test]
fn what_is_in_order_is_said_so() {
    let world = World::new(&["alpha", "beta"]);
    let ran = world.run(&["check"]).exits(0).says("6 rows for 3 regions are in order");
    assert_eq!(ran.stdout, "");
    assert_eq!(world.run(&["check", "--format", "json"]).exits(0).stdout, "[]\n");
    assert_eq!(world.run(&["check", "--format", "github"]).exits(0).stdout, "");
    assert_eq!(world.run(&["check", "--quiet"]).exits(0).stderr, "");
}

#[test]
fn the_same_problem_in_every_format() {
    let world = World::new(&["alpha", "https://index.example/x.whl"]);
    let text = world.run(&["check", "--format", "text"]).exits(1).says("error[direct-reference]: ").says("  --> pipeline/config/packages.csv:3");
    assert_eq!(text.stdout, "");
    let annotation = world.run(&["check", "--format", "github"]).exits(1).stdout;
    assert!(annotation.starts_with("::error file=pipeline/config/packages.csv,line=3,title=direct-reference::"), "{annotation}");
    assert_eq!(annotation.lines().count(), 1, "{annotation}");
    let problems: serde_json::Value = serde_json::from_str(&world.run(&["check", "--format", "json"]).exits(1).stdout).unwrap();
    let problem = &problems[0];
    assert_eq!((&problem["code"], &problem["severity"]), (&"direct-reference".into(), &"error".into()), "{problem:#}");
    assert_eq!((&problem["file"], &problem["line"]), (&"pipeline/config/packages.csv".into(), &3.into()), "{problem:#}");
    assert!(problem["message"].is_string() && problem["help"].is_string(), "{problem:#}");
}

#[test]
fn extras_are_looked_up_where_there_is_an_index_to_ask() {
    let index = Index::with(&[Wheel::new("alpha", "1.0").metadata("Provides-Extra: fast")]);
    let mut world = World::with_index(&["alpha[fast]"], &index);
    world.run(&["check"]).exits(0);
    world.packages(&["alpha[slow]"]);
    world.run(&["check"]).exits(1).says("error[unknown-extra]: `alpha` has no extra `slow`\n  --> pipeline/config/packages.csv:2");
    let asked = index.requests();
    world.run(&["check", "--offline"]).exits(0);
    assert_eq!(index.requests(), asked, "offline asks nobody");
    world.set_index("http://127.0.0.1:9/simple");
    world.run(&["check"]).exits(0).says("note: the extras of 1 rows were not looked up").says("127.0.0.1:9");
}

#[test]
fn a_machine_of_which_nothing_is_known_is_a_problem() {
    let world = World::new(&["alpha"]);
    world.write("pipeline/config/klayers.toml", &world.read("pipeline/config/klayers.toml").replace("AL2023", "AL2099"));
    world
        .run(&["check"])
        .exits(1)
        .says("error[operating-system-unknown]: what the operating system `AL2099` has is not known\n  --> pipeline/config/klayers.toml");
    world.run(&["run"]).exits(1).says("operating-system-unknown");
}

#[test]
fn what_the_base_has_already_is_a_warning_and_what_is_new_an_error() {
    let world = World::new(&["alpha", "https://index.example/old.whl"]);
    git(&world, &["init", "--quiet"]);
    git(&world, &["add", "pipeline"]);
    git(&world, &["commit", "--quiet", "--message", "base"]);
    let index_before = git(&world, &["status", "--porcelain"]);
    world.run(&["check"]).exits(1).says("error[direct-reference]");
    // The line moves, and the row stays what it was.
    world.packages(&["alpha", "beta", "https://index.example/old.whl"]);
    world.run(&["check", "--base", "HEAD"]).exits(0).says("warning[direct-reference]").says("packages.csv:4");
    let annotation = world.run(&["check", "--base", "HEAD", "--format", "github"]).exits(0).stdout;
    assert!(annotation.starts_with("::warning file="), "{annotation}");

    world.packages(&["alpha", "https://index.example/old.whl", "https://index.example/new.whl"]);
    let ran = world.run(&["check", "--base", "HEAD"]).exits(1).says("warning[direct-reference]").says("error[direct-reference]");
    assert_eq!(ran.stderr.matches("error[").count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("new.whl"), "{}", ran.stderr);
    // A second one of the same kind is new, too.
    world.packages(&["alpha", "https://index.example/old.whl", "https://index.example/old.whl"]);
    world.run(&["check", "--base", "HEAD"]).exits(1);

    world.run(&["check", "--base", "no-such-revision"]).exits(2).says("looking at `no-such-revision`").says("git says");
    world.run(&["check", "--base=--help"]).exits(2).says("a revision does not start with `-`");
    world.packages(&["alpha", "https://index.example/old.whl"]);
    assert_eq!(git(&world, &["status", "--porcelain"]), index_before, "looking at another revision touches neither files nor git's index");
}
