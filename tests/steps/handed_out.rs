//! One plan for many jobs: they share files and what a workflow passes on, and each holds what it gets against the plan.

use std::path::Path;

use klayers::domain::Sha256;

use super::common::{Index, Ran, Wheel, World};

/// Lines of JSON without what was measured.
pub fn without_seconds(lines: &[u8]) -> Vec<u8> {
    let without = |line: &str| {
        let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
        value.as_object_mut().unwrap().remove("seconds");
        format!("{value}\n")
    };
    String::from_utf8_lossy(lines).lines().map(without).collect::<String>().into_bytes()
}

/// Runs with these variables.
fn run_with(world: &World, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let output = world.command(arguments).envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

fn attempts(world: &World, file: &str) -> Vec<serde_json::Value> {
    world.read(file).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn world(packages: &[&str]) -> (World, Index) {
    let index = Index::with(&packages.iter().map(|name| Wheel::new(name, "1.0")).collect::<Vec<_>>());
    (World::with_index(packages, &index), index)
}

#[test]
fn a_plan_tells_the_workflow_what_to_start_and_a_variable_is_as_good_as_a_flag() {
    let (world, _index) = world(&["alpha", "beta", "gamma"]);
    let outputs = world.path("outputs").display().to_string();
    let planned = |arguments: &[&str], variables: &[(&str, &str)]| {
        let _ = std::fs::remove_file(&outputs);
        run_with(&world, &[&["plan"], arguments].concat(), &[&[("GITHUB_OUTPUT", outputs.as_str())], variables].concat()).exits(0);
        let plan = world.json("plan.json");
        let sha256 = Sha256::of(world.read("plan.json").as_bytes());
        let given = world.read("outputs");
        assert!(given.ends_with(&format!("\nplan-sha256={sha256}\n")), "{given}");
        let first: Vec<&str> = given.lines().take(2).collect();
        (plan["builds"].as_array().unwrap().len(), plan["scope"].as_str().unwrap().to_owned(), first.join(" "))
    };
    let x64 = r#"{"shard":0,"name":"x86_64-0","runner":"ubuntu-24.04"}"#;
    let arm64 = |shard: u32| format!("{{\"shard\":{shard},\"name\":\"arm64-{shard}\",\"runner\":\"ubuntu-24.04-arm\"}}");
    let both = format!("any=true shards=[{x64},{}]", arm64(1));
    assert_eq!(planned(&[], &[]), (9, "whole".to_owned(), both.clone()));
    let nothing = [("KLAYERS_PACKAGES", ""), ("KLAYERS_RUNTIMES", " "), ("KLAYERS_REGIONS", ""), ("KLAYERS_FORCE", "")];
    assert_eq!(planned(&[], &nothing), (9, "whole".to_owned(), both.clone()));
    assert_eq!(planned(&[], &[("KLAYERS_REGIONS", "us-east-1 eu-west-1"), ("KLAYERS_FORCE", "false")]), (9, "whole".to_owned(), both));
    let part = |builds, shards: &str| (builds, "part".to_owned(), format!("any=true shards=[{shards}]"));
    assert_eq!(planned(&[], &[("KLAYERS_PACKAGES", "alpha, Beta"), ("KLAYERS_RUNTIMES", "p3.13,p3.12")]), part(4, x64));
    assert_eq!(planned(&["-p", "alpha,beta gamma", "-R", "p3.13-arm64"], &[("KLAYERS_PACKAGES", "nonsense")]), part(3, &arm64(0)));
    assert_eq!(planned(&["--region", "eu-west-1"], &[("KLAYERS_RUNTIMES", "p3.12")]), part(3, x64));
    assert_eq!(world.json("plan.json")["builds"][0]["regions"], serde_json::json!(["eu-west-1"]));
    for (variable, value, words) in [
        ("KLAYERS_PACKAGES", "nonsense", "the catalogue has no package `nonsense`"),
        ("KLAYERS_PACKAGES", "a;b", "the variable `KLAYERS_PACKAGES` is `a;b`"),
        ("KLAYERS_RUNTIMES", "p3.8", "is not an active runtime"),
        ("KLAYERS_REGIONS", "me-south-1", "is not an active region"),
        ("KLAYERS_FORCE", "yes", "the variable `KLAYERS_FORCE` is `yes`"),
    ] {
        run_with(&world, &["plan"], &[(variable, value)]).exits(2).says(words);
    }

    world.run(&["run"]).exits(0);
    let ledger = ["--ledger", ".klayers/ledger"];
    assert_eq!(planned(&ledger, &[]), (0, "whole".to_owned(), "any=false shards=[]".to_owned()));
    assert_eq!(planned(&ledger, &[("KLAYERS_FORCE", "true")]).0, 9);
}

#[test]
fn times_are_recorded_and_the_next_plan_goes_by_them() {
    let (world, _index) = world(&["alpha", "beta", "gamma"]);
    let times = "pipeline/ledger/p3.13/build-times.json";
    let go = |arguments: &[&str]| world.run(arguments).exits(0);
    go(&["plan", "--runtime", "p3.13"]);
    go(&["build", "--plan", "plan.json", "--allow-failures"]);
    go(&["verify", "--allow-failures"]);
    let told = attempts(&world, "dist/attempts-0.jsonl");
    assert!(told.iter().all(|attempt| attempt["seconds"]["build"].as_u64() >= Some(1) && attempt["seconds"]["check"].as_u64() >= Some(1)), "{told:?}");
    go(&["publish", "--plan", "plan.json", "--account", "local:account"]);
    go(&["record", "receipts.jsonl"]);
    assert_eq!(world.json(times)["seconds"].as_object().unwrap().len(), 3);

    world.write(times, "{\n  \"seconds\": {\n    \"alpha\": 100,\n    \"beta\": 500,\n    \"gone\": 9\n  }\n}\n");
    go(&["plan", "--runtime", "p3.13", "--force", "--shards", "2"]);
    let plan = world.json("plan.json");
    let builds = plan["builds"].as_array().unwrap();
    let seconds: Vec<u64> = builds.iter().map(|build| build["seconds"].as_u64().unwrap()).collect();
    assert_eq!(seconds[..2], [100, 500]);
    assert!(seconds[2] < 60, "guessed from the size of its wheel: {seconds:?}");
    assert_eq!(builds.iter().map(|build| build["shard"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 0, 1]);

    // What took about as long stays; what is not in the catalogue any more goes.
    let line = |package: &str, seconds: u64| {
        format!(
            "{{\"receipt\":\"attempt\",\"runtime\":\"p3.13\",\"package\":\"{package}\",\"outcome\":\"built\",\"held_back\":null,\"seconds\":{{\"build\":{seconds},\"check\":1}}}}\n"
        )
    };
    world.write("more.jsonl", &format!("{}{}", line("alpha", 110), line("beta", 50)));
    go(&["record", "more.jsonl"]);
    assert_eq!(world.json(times)["seconds"], serde_json::json!({"alpha": 100, "beta": 51}));
}

#[test]
fn a_plan_is_known_by_its_hash_to_all_who_get_it() {
    let (world, _index) = world(&["alpha"]);
    world.run(&["plan", "--runtime", "p3.13"]).exits(0);
    let sha256 = Sha256::of(world.read("plan.json").as_bytes()).to_string();
    let other = "0".repeat(64);
    let build = ["build", "--plan", "plan.json"];
    let publish = ["publish", "--plan", "plan.json", "--account", "local:account"];
    run_with(&world, &[&build[..], &["--plan-sha256", &other]].concat(), &[]).exits(2).says("is not the plan that was made");
    run_with(&world, &build, &[("KLAYERS_PLAN_SHA256", &other)]).exits(2).says("make a new plan");
    run_with(&world, &build, &[("KLAYERS_PLAN_SHA256", "abc")]).exits(2).says("the variable `KLAYERS_PLAN_SHA256` is `abc`");
    run_with(&world, &build, &[("KLAYERS_PLAN_SHA256", &sha256), ("KLAYERS_SHARD", "")]).exits(0);
    run_with(&world, &build, &[("KLAYERS_SHARD", "x")]).exits(2).says("the variable `KLAYERS_SHARD` is `x`");
    run_with(&world, &publish, &[("KLAYERS_PLAN_SHA256", &other)]).exits(2).says("is not the plan that was made");
    run_with(&world, &publish, &[("KLAYERS_PLAN_SHA256", &sha256), ("KLAYERS_DRY_RUN", "true")]).exits(0).prints("publish in ");
    assert!(!world.path("receipts.jsonl").exists() && !world.path("account").exists());
    run_with(&world, &publish, &[("KLAYERS_PLAN_SHA256", &sha256), ("KLAYERS_DRY_RUN", "false")]).exits(0).says("2 published");
    let change = world.read("plan.json").replace("\"part\"", "\"change\"");
    world.write("plan.json", &change);
    world.run(&publish).exits(2).says("only proposed");
}

#[test]
fn only_what_was_planned_is_published_and_only_where() {
    let (world, index) = world(&["alpha", "beta", "gamma"]);
    world.run(&["plan", "--runtime", "p3.13", "--region", "eu-west-1"]).exits(0);
    world.run(&["build", "--plan", "plan.json"]).exits(0);
    // One is built from something else, one is none of the plan's, and a builder says that it built what nobody planned.
    index.add(&Wheel::new("beta", "2.0"));
    world.run(&["build", "beta", "--runtime", "p3.13", "-o", "other"]).exits(0);
    world.run(&["build", "gamma", "--runtime", "p3.12", "-o", "other"]).exits(0);
    for file in klayers::outside::files::walk(&world.path("other")).unwrap().iter().filter(|file| !file.starts_with("attempts-0.jsonl")) {
        std::fs::copy(world.path("other").join(file), world.path("dist").join(file)).unwrap();
    }
    let line = r#"{"receipt":"attempt","runtime":"p3.12","package":"alpha","outcome":{"failed":{"code":"made-up","reason":"made up"}},"held_back":null}"#;
    let published = r#"{"receipt":"failed","layer":"Klayers-p313-alpha","zip_sha256":"HASH","region":"us-east-1","failure":{"code":"made-up","reason":"x"}}"#;
    world.write("dist/attempts-9.jsonl", &format!("{line}\n{}\n", published.replace("HASH", &"0".repeat(64))));
    let publish = ["publish", "--plan", "plan.json", "--account", "local:account"];
    let ran = world.run(&publish).exits(1).says("2 published").says("error[archive-not-planned]: the plan has no layer `Klayers-p312-gamma`");
    ran.says("its version and requirements and lock are not what the plan has for `Klayers-p313-beta`");
    let receipts = world.read("receipts.jsonl");
    assert!(!receipts.contains("made-up") && !receipts.contains("us-east-1"), "{receipts}");
    world.run(&["record", "receipts.jsonl"]).exits(0);
    let status = world.json("pipeline/ledger/p3.13/status.json");
    assert_eq!(status["packages"]["beta"]["code"], "archive-not-planned");
    assert!(!Path::new(&world.path("pipeline/ledger/p3.12")).exists());
    // Forced, it goes where it is told to.
    world.run(&[&publish[..], &["--force", "--region", "us-east-1"]].concat()).exits(1).says("2 published");
}

#[test]
fn machines_that_break_down_or_talk_nonsense_keep_nothing_of_the_others_from_being_published() {
    let (world, _index) = world(&["alpha", "beta", "gamma", "delta"]);
    world.run(&["plan", "--runtime", "p3.13"]).exits(0);
    let publish = ["publish", "--plan", "plan.json", "--account", "local:account"];
    let status = || {
        world.run(&["record", "receipts.jsonl"]).exits(0);
        let packages = world.json("pipeline/ledger/p3.13/status.json")["packages"].as_object().unwrap().clone();
        packages.iter().map(|(name, entry)| format!("{name} {}", entry["code"].as_str().unwrap())).collect::<Vec<_>>()
    };
    // No machine came to anything: not even the folder is there.
    world.run(&publish).exits(0).says("0 published");
    assert_eq!(status(), ["alpha build-lost", "beta build-lost", "delta build-lost", "gamma build-lost"]);

    world.run(&["build", "--plan", "plan.json"]).exits(0);
    let told = world.read("dist/attempts-0.jsonl");
    let without_gamma: String = told.lines().filter(|line| !line.contains("gamma")).map(|line| format!("{line}\n")).collect();
    world.write("dist/attempts-0.jsonl", &without_gamma);
    world.write("dist/attempts-1.jsonl", "::set-output name=any::true\n");
    for lost in ["zip", "json", "pylock.toml", "cdx.json"].map(|end| format!("dist/Klayers-p313-beta.{end}")) {
        std::fs::remove_file(world.path(&lost)).unwrap();
    }
    std::fs::remove_file(world.path("dist/Klayers-p313-delta.zip")).unwrap();
    let ran = world.run(&publish).exits(1).says("4 published").says("error[attempts-unreadable]: what a builder says cannot be understood: ");
    ran.says("dist/attempts-1.jsonl:1: not a receipt");
    assert_eq!(status(), ["beta build-lost", "delta archive-file-missing"]);
}

#[test]
fn failures_that_are_allowed_are_warnings_beside_their_rows_and_reach_the_record() {
    let index = Index::with(&[Wheel::new("alpha", "1.0"), Wheel::new("liar", "1.0").false_record("liar/__init__.py", b"something else")]);
    index.add_sdist("only-source", "only_source-1.0.tar.gz");
    let world = World::with_index(&["alpha", "liar", "only-source"], &index);
    world.run(&["plan", "--runtime", "p3.13"]).exits(0);
    let build = ["build", "--plan", "plan.json", "--allow-failures"];
    let ran = world.run(&[&build[..], &["--format", "github"]].concat()).exits(0);
    ran.prints("::warning file=pipeline/config/packages.csv,line=4,title=package-failed::`only-source` for p3.13 was not made: [no-wheel] ");
    world.run(&build[..3]).exits(1).says("failed: only-source for p3.13: [no-wheel]");
    world.run(&build).exits(0).says("warning[package-failed]");

    world.run(&["verify"]).exits(1).says("error[record-mismatch]");
    let ran = world.run(&["verify", "--allow-failures", "--format", "github"]).exits(0).says("1 of 2 archives are good");
    ran.prints("::warning file=dist/Klayers-p313-liar.zip,title=record-mismatch::");
    let told = attempts(&world, "dist/attempts-0.jsonl");
    let of = |package: &str| &told.iter().find(|attempt| attempt["package"] == package).unwrap()["outcome"];
    assert_eq!(
        (of("alpha"), &of("liar")["failed"]["code"], &of("only-source")["failed"]["code"]),
        (&"built".into(), &"record-mismatch".into(), &"no-wheel".into())
    );

    let ran = world.run(&["publish", "--plan", "plan.json", "--account", "local:account"]).exits(0).says("2 published");
    ran.says("1 archives did not pass where they were built");
    world.run(&["record", "receipts.jsonl"]).exits(0);
    let status = world.json("pipeline/ledger/p3.13/status.json");
    assert_eq!(status["packages"].as_object().unwrap().keys().collect::<Vec<_>>(), ["liar", "only-source"]);
    world.run(&["build", "--plan", "none.json", "--allow-failures"]).exits(2);
}

#[test]
fn a_machine_on_which_nothing_is_good_is_not_allowed_to_say_so_of_packages() {
    let packages = ["alpha", "beta", "gamma"];
    let (world, _index) = world(&packages);
    world.run(&["plan"]).exits(0);
    world.run(&["build", "--plan", "plan.json"]).exits(0);
    let spoil = |package: &str| ["p312", "p313", "p313-arm64"].map(|infix| world.write(&format!("dist/Klayers-{infix}-{package}.zip"), "spoiled"));
    for package in &packages[..2] {
        spoil(package);
    }
    world.run(&["verify", "--allow-failures"]).exits(0).says("3 of 9 archives are good");
    spoil(packages[2]);
    world.run(&["verify", "--allow-failures"]).exits(1).says("none is good: that says more of this machine");
}
