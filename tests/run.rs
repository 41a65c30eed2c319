//! `klayers run` against an index of our own: the whole job, its failures, its second run.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Fault, Index, Wheel, World, tree};

fn small_index() -> Index {
    Index::with(&[
        Wheel::new("alpha", "1.0")
            .requires("beta>=1")
            .metadata("License-Expression: MIT")
            .info_file("entry_points.txt", "[console_scripts]\nalpha = alpha:main\n"),
        Wheel::new("beta", "1.5"),
        Wheel::new("Gamma.Ray", "2.0").requires("beta; extra == 'more'").metadata("Provides-Extra: more"),
    ])
}

#[test]
fn packages_become_public_layers_with_a_record_and_pages_and_a_second_run_does_nothing() {
    let index = small_index();
    let world = World::with_index(&["alpha,,", "\"Gamma.Ray[more]\",BSD,somebody"], &index);
    let first = world.run(&["run"]).exits(0);
    assert!(first.stdout.contains("p3.13-arm64       2          0       0"), "{}", first.stdout);
    assert!(first.stdout.contains("12 layer versions published in 2 regions"), "{}", first.stdout);
    assert!(first.stdout.contains("next: klayers serve"), "{}", first.stdout);

    let event: serde_json::Value = serde_json::from_str(&world.read(".klayers/ledger/p3.13/gamma-ray/events.jsonl")).unwrap();
    assert_eq!(event["layer"], "Klayers-p313-Gamma-Ray");
    assert_eq!(event["package"], "Gamma.Ray[more]");
    assert_eq!(event["license"], "BSD");
    assert_eq!(event["requirements"], serde_json::json!(["beta==1.5", "gamma-ray==2.0"]));
    assert_eq!(event["regions"], serde_json::json!({"eu-west-1": 1, "us-east-1": 1}));
    assert_eq!(event["at"], common::world::NOW);
    assert!(world.read(".klayers/ledger/p3.13/gamma-ray/pylock.toml").contains("gamma"));

    let arn = "arn:aws:lambda:us-east-1:000000000000:layer:Klayers-p313-alpha:1";
    let api = |path: &str| world.read(&format!(".klayers/site/api/v2/{path}/index.html"));
    let latest: serde_json::Value = serde_json::from_str(&api("p3.13/layers/latest/us-east-1")).unwrap();
    assert_eq!(latest[0], serde_json::json!({"arn": arn, "package": "alpha", "packageVersion": "1.0"}));
    assert_eq!(api("p3.13/layers/latest/me-south-1").trim(), "[]", "a paused region has nothing yet");
    assert_eq!(api("p3.8/layers/latest/us-east-1").trim(), "[]", "a retired runtime answers too");
    for alias in ["Gamma.Ray", "gamma-ray", "gamma.ray"] {
        assert!(api(&format!("p3.13/layers/us-east-1/{alias}")).contains("Klayers-p313-Gamma-Ray:1"), "{alias}");
    }
    assert!(world.read(".klayers/deployments/python3.13/arns/us-east-1.csv").contains(arn));
    assert!(!world.path(".klayers/receipts.jsonl").exists() && !world.path(".klayers/dist").exists());

    let before = tree(&world.path(".klayers"));
    let second = world.run(&["run"]).exits(0);
    assert!(second.stdout.contains("nothing to do"), "{}", second.stdout);
    let mut after = tree(&world.path(".klayers"));
    let mut before = before;
    for own in [&mut before, &mut after] {
        own.retain(|path, _| !path.ends_with(".lock"));
    }
    assert!(before == after, "a run that has nothing to do changes nothing");
}

#[test]
fn a_new_version_deprecates_the_old_one_and_a_region_that_returns_is_filled() {
    let index = small_index();
    let mut world = World::with_index(&["beta"], &index);
    world.run(&["run"]).exits(0);
    index.add(&Wheel::new("beta", "1.6"));
    world.set_now("2026-12-01T00:00:00Z");
    world.run(&["run"]).exits(0);
    let rows: serde_json::Value = serde_json::from_str(&world.read(".klayers/site/api/v2/p3.13/layers/us-east-1/beta/index.html")).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(
        (&rows[0]["packageVersion"], &rows[0]["deployStatus"], &rows[0]["expiryDate"]),
        (&"1.5".into(), &"deprecated".into(), &"2027-12-01T00:00:00".into())
    );
    assert_eq!((&rows[1]["packageVersion"], &rows[1]["deployStatus"], rows[1].get("expiryDate")), (&"1.6".into(), &"latest".into(), None));

    let regions = world.read("pipeline/config/regions.csv").replace("paused", "active");
    world.write("pipeline/config/regions.csv", &regions);
    let filled = world.run(&["run"]).exits(0);
    assert!(filled.stdout.contains("3 layer versions published in 3 regions"), "{}", filled.stdout);
    let events = world.read(".klayers/ledger/p3.13/beta/events.jsonl");
    assert_eq!(events.lines().count(), 3);
    let hashes: Vec<String> = events.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["zip_sha256"].to_string()).collect();
    assert_eq!(hashes[1], hashes[2], "the region gets the bytes that the others have");
    world.set_now("2027-12-01T00:00:00Z");
    world.run(&["run"]).exits(0);
    assert_eq!(world.read(".klayers/site/api/v2/p3.13/layers/us-east-1/beta/index.html").matches("packageVersion").count(), 1, "the old one expired");
}

#[test]
fn what_cannot_be_built_is_recorded_with_a_reason_and_stops_nothing() {
    let index = small_index();
    index.add_sdist("only-source", "only_source-1.0.tar.gz");
    index.add_with_fault(&Wheel::new("tampered", "1.0"), Fault::WrongHash);
    index.add_with_fault(&Wheel::new("gone", "1.0"), Fault::Gone);
    index.add(&Wheel::new("liar", "1.0").false_record("liar/__init__.py", b"something else"));
    index.add(&Wheel::new("odd", "1.0").data_file("unheard-of", "x", "x"));
    index.add(&Wheel::new("old", "1.0"));
    index.add_sdist("old", "old-2.0.tar.gz");
    let world = World::with_index(&["alpha", "only-source", "tampered", "gone", "liar", "odd", "old", "no-such-package"], &index);
    let ran = world.run(&["run", "--runtime", "p3.13"]).exits(1);
    assert!(ran.stdout.contains("p3.13             2          0       6"), "{}", ran.stdout);
    let status: serde_json::Value = serde_json::from_str(&world.read(".klayers/ledger/p3.13/status.json")).unwrap();
    for (package, code) in [
        ("only-source", "no-wheel"),
        ("tampered", "wheel-hash-mismatch"),
        ("gone", "download-failed"),
        ("liar", "record-mismatch"),
        ("odd", "wheel-refused"),
        ("no-such-package", "not-found"),
    ] {
        assert_eq!(status["packages"][package]["code"], code, "{package}: {status:#}");
        assert_eq!(status["packages"][package]["state"], "failed");
    }
    let old = &status["packages"]["old"];
    assert_eq!((&old["state"], &old["code"]), (&"held-back".into(), &"no-wheel".into()));
    assert_eq!(old["reason"], "1.0 was chosen because 2.0 has no wheel for this runtime");
    let kept: Vec<_> =
        tree(&world.path(".cache/klayers/wheels")).into_keys().filter(|path| path.extension().is_some_and(|extension| extension == "whl")).collect();
    assert_eq!(kept.len(), 5, "the tampered wheel is not kept: {kept:?}");

    world.packages(&["alpha", "old<2"]);
    world.run(&["run", "--runtime", "p3.13"]).exits(0);
    let status: serde_json::Value = serde_json::from_str(&world.read(".klayers/ledger/p3.13/status.json")).unwrap();
    assert_eq!(status["packages"].get("old"), None, "a hold-back that was asked for is none");
}

#[test]
fn an_index_that_cannot_be_reached_is_named_and_nothing_is_written() {
    let mut world = World::new(&["alpha"]);
    world.set_index("http://127.0.0.1:9/simple");
    world.run(&["run"]).exits(2).says("cannot reach `127.0.0.1:9`").says("nothing was changed; what is recorded and cached stays");
    let written: Vec<_> = tree(&world.path(".klayers")).into_keys().filter(|path| !path.ends_with(".lock")).collect();
    assert!(written.is_empty(), "{written:?}");
}

#[test]
fn a_host_of_files_that_cannot_be_reached_is_named_and_nothing_is_recorded() {
    let index = Index::start();
    index.add_with_fault(&Wheel::new("alpha", "1.0"), Fault::Elsewhere);
    let world = World::with_index(&["alpha"], &index);
    world.run(&["run"]).exits(2).says("cannot reach `127.0.0.1:9`").says("nothing was recorded");
    let written: Vec<_> = tree(&world.path(".klayers")).into_keys().filter(|path| !path.ends_with(".lock")).collect();
    assert!(written.is_empty(), "{written:?}");
    // One that answers for others is only their affair.
    index.add(&Wheel::new("beta", "1.0"));
    world.packages(&["alpha", "beta"]);
    let ran = world.run(&["run", "--runtime", "p3.13"]).exits(1);
    assert!(ran.stdout.contains("failed: alpha for p3.13: [index-unreachable]"), "{}", ran.stdout);
}

#[test]
fn what_is_wrong_with_the_data_is_told_without_a_network_too() {
    let mut world = World::new(&["alpha", "https://index.example/x.whl"]);
    world.set_index("http://127.0.0.1:9/simple");
    for command in ["run", "plan"] {
        world.run(&[command]).exits(1).says("error[direct-reference]").says("cannot reach `127.0.0.1:9`");
    }
}

#[test]
fn an_unknown_extra_is_a_problem_of_its_row_and_nothing_is_written() {
    let index = small_index();
    let world = World::with_index(&["alpha", "beta[nonsense]", "https://index.example/x.whl"], &index);
    let ran = world.run(&["run"]).exits(1);
    assert!(ran.stderr.contains("error[unknown-extra]: `beta` has no extra `nonsense`\n  --> pipeline/config/packages.csv:3"), "{}", ran.stderr);
    assert!(ran.stderr.contains("error[direct-reference]"), "{}", ran.stderr);
    assert!(!world.path(".klayers/account").exists());
    world.run(&["check"]).exits(1).says("unknown-extra");
    let json = world.run(&["check", "--format", "json"]).exits(1);
    let problems: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(problems.as_array().map(Vec::len), Some(2));
}

#[test]
fn downloads_are_shared_resumed_and_retried() {
    let index = Index::start();
    let filler: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let breaks = Wheel::new("breaks", "1.0").file("breaks/data.bin", filler);
    let shaky = Wheel::new("shaky", "1.0").requires("breaks");
    index.add_with_fault(&breaks, Fault::BreaksOffOnce);
    index.add_with_fault(&shaky, Fault::UnavailableTwice);
    let world = World::with_index(&["breaks", "shaky"], &index);
    world.run(&["run"]).exits(0);
    let asked = index.downloads(&breaks.filename());
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[0] == 0 && asked[1] > 0, "the second request goes on where the first broke off: {asked:?}");
    assert_eq!(index.downloads(&shaky.filename()).len(), 3);
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let index = small_index();
    let world = World::with_index(&["alpha"], &index);
    let _held = klayers::ledger::Writer::open(&world.path(".klayers/ledger")).unwrap();
    world.run(&["run"]).exits(2).says("another klayers").says("is writing to");
}
