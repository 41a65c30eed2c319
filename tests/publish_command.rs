//! `klayers publish --account aws` as people run it: what it says before it does anything, what it refuses, what it
//! leaves open.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod aws;
mod common;

use aws::{Emulator, FaultProxy};
use common::{Index, Ran, Wheel, World};

const ACCOUNT: &str = "123456789012";

/// A project with two built archives.
fn built() -> World {
    let index = Index::with(&[Wheel::new("alpha", "1.0"), Wheel::new("beta", "1.5")]);
    let world = World::with_index(&["alpha", "beta"], &index);
    world.run(&["plan", "--runtime", "p3.13", "-o", "plan.json"]).exits(0);
    world.run(&["build", "--plan", "plan.json", "-o", "dist"]).exits(0);
    world
}

fn publish(world: &World, url: &str, more: &[&str]) -> Ran {
    at(world, url, &[&["publish", "dist"], more].concat())
}

fn at(world: &World, url: &str, arguments: &[&str]) -> Ran {
    let mut command = world.command(&[arguments, &["--account", "aws"]].concat());
    command.env("AWS_ENDPOINT_URL", url).env("AWS_ACCESS_KEY_ID", ACCOUNT).env("AWS_SECRET_ACCESS_KEY", "test").env("AWS_EC2_METADATA_DISABLED", "true");
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

#[test]
fn a_dry_run_says_what_would_happen_and_asks_for_nothing_but_looks() {
    let (world, emulator) = (built(), Emulator::ministack());
    let proxy = FaultProxy::to(&emulator.url());
    let dry = publish(&world, &proxy.url(), &["--dry-run"]).exits(0);
    dry.prints(&format!("account {ACCOUNT} in aws\nregion            layers        MB  code storage\neu-west-1              2"))
        .prints("Klayers-p313-alpha  publish in eu-west-1, us-east-1\nKlayers-p313-beta  publish in eu-west-1, us-east-1\n")
        .says("paused, and made up for once active again: me-south-1");
    assert!(!world.path("receipts.jsonl").exists());
    let asked = proxy.asked();
    assert!(asked.iter().all(|asked| asked.method == "GET" || asked.service == "sts"), "{asked:?}");

    publish(&world, &proxy.url(), &[]).exits(0).says("us-east-1              2").says("4 published, 0 found there, 0 open");
    publish(&world, &proxy.url(), &["--dry-run"]).exits(0).prints("Klayers-p313-alpha  nothing to do in eu-west-1, us-east-1\n");
    // The receipts are lost.
    klayers::outside::files::remove(&world.path("receipts.jsonl")).unwrap();
    publish(&world, &proxy.url(), &["--dry-run"]).exits(0).prints("Klayers-p313-alpha  take the version that is there in eu-west-1, us-east-1\n");
    publish(&world, &proxy.url(), &[]).exits(0).says("0 published, 4 found there, 0 open");
    world.run(&["record", "receipts.jsonl"]).exits(0);
    publish(&world, &proxy.url(), &["-o", "more.jsonl"]).exits(0).says("0 published, 0 found there, 0 open");
}

#[test]
fn the_wrong_account_is_told_before_anything_happens() {
    let (world, emulator) = (built(), Emulator::ministack());
    let proxy = FaultProxy::to(&emulator.url());
    world.add_settings("[publish]\naccounts = { aws = \"999999999999\" }\n");
    for more in [&["--dry-run"][..], &[]] {
        publish(&world, &proxy.url(), more)
            .exits(2)
            .says("the credentials are of the account 123456789012 in `aws`")
            .says("help: take the credentials of 999999999999");
    }
    at(&world, &proxy.url(), &["adopt"]).exits(2).says("the credentials are of the account 123456789012 in `aws`");
    assert!(proxy.asked().iter().all(|asked| !asked.path.contains("/layers")), "no layer was asked about");
    world.run(&["publish", "dist", "--account", "local:account"]).exits(0);
}

#[test]
fn receipts_of_another_account_are_not_taken_for_this_one() {
    let (world, emulator) = (built(), Emulator::ministack());
    world.run(&["publish", "dist", "--account", "local:account"]).exits(0);
    let before = world.read("receipts.jsonl");
    for more in [&["--dry-run"][..], &[]] {
        publish(&world, &emulator.url(), more).exits(2).says("`receipts.jsonl` has receipts of the account 000000000000\nhelp: ");
    }
    assert_eq!(world.read("receipts.jsonl"), before);
    publish(&world, &emulator.url(), &["-o", "other.jsonl"]).exits(0).says("4 published, 0 found there");
}

#[test]
fn without_credentials_it_is_said_what_to_do() {
    let world = built();
    let mut command = world.command(&["publish", "dist", "--account", "aws"]);
    let output = command.env("AWS_EC2_METADATA_DISABLED", "true").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("there are no AWS credentials") && said.contains("help: set `AWS_PROFILE`"), "{said}");
}

#[test]
fn a_region_that_cannot_be_reached_is_open_and_made_up_for() {
    let (world, emulator) = (built(), Emulator::ministack());
    let regions = world.read("pipeline/config/regions.csv") + "us-gov-west-1,Elsewhere,active\n";
    world.write("pipeline/config/regions.csv", &regions);
    // The emulator calls every partition `aws`, so its account is of another one than GovCloud.
    let ran = publish(&world, &emulator.url(), &[]).exits(1).says("4 published, 0 found there, 2 open");
    ran.says("open: 2 layers in us-gov-west-1: [other-partition] `us-gov-west-1` is not in the partition `aws`");
    publish(&world, &emulator.url(), &["--partition", "aws", "-o", "again.jsonl"]).exits(0).says("4 found there, 0 open");
    publish(&world, &emulator.url(), &["--partition", "aws-cn"]).exits(2).says("has no active region of `aws-cn`");
}

#[test]
fn no_process_that_runs_code_of_packages_has_an_account_of_aws() {
    let world = World::new(&[]);
    world.run(&["run", "--account", "aws"]).exits(2).says("no process that does may have credentials").says("klayers publish --account aws");
    assert!(!world.path(".klayers").exists());
}
