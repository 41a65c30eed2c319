//! The steps as commands of their own, which share nothing but files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "steps/archive.rs"]
mod archive;
mod common;
#[path = "steps/handed_out.rs"]
mod handed_out;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{Index, Wheel, World, tree};

const ROWS: [&str; 6] = ["alpha", "beta", "Gamma.Ray,BSD,somebody", "liar", "old", "only-source"];

/// As they come, one that is refused when it is verified, one held back, one without a wheel.
fn index() -> Index {
    let index = Index::with(&[
        Wheel::new("alpha", "1.0").requires("beta>=1").info_file("entry_points.txt", "[console_scripts]\nalpha = alpha:main\n"),
        Wheel::new("beta", "1.5"),
        Wheel::new("Gamma.Ray", "2.0"),
        Wheel::new("liar", "1.0").false_record("liar/__init__.py", b"something else"),
        Wheel::new("old", "1.0"),
    ]);
    index.add_sdist("old", "old-2.0.tar.gz");
    index.add_sdist("only-source", "only_source-1.0.tar.gz");
    index
}

#[test]
fn the_steps_one_by_one_end_where_a_run_does_and_each_may_be_done_twice() {
    let index = index();
    let whole = World::with_index(&ROWS, &index);
    whole.run(&["run"]).exits(1);
    let steps = World::with_index(&ROWS, &index);
    let twice = |arguments: &[&str], code| {
        let first = steps.run(arguments).exits(code);
        let after_one = all(&steps);
        steps.run(arguments).exits(code);
        assert_same(&after_one, &all(&steps), &format!("the second `klayers {}`", arguments.join(" ")));
        first
    };
    twice(&["check"], 0);
    twice(&["plan", "--shards", "2"], 0).says("15 to build, 0 unchanged, 3 cannot be resolved");
    twice(&["build", "--plan", "plan.json", "--shard", "0", "-o", "first"], 1);
    twice(&["build", "--plan", "plan.json", "--shard", "1", "-o", "second"], 1);
    let archives = |folder: &str| tree(&steps.path(folder)).keys().filter(|path| path.extension().is_some_and(|end| end == "zip")).count();
    assert_eq!(archives("first") + archives("second"), 15);
    assert!(archives("first") >= 5 && archives("second") >= 5, "the work is shared out");
    let bad = ["first", "second"].map(|folder| twice_verified(&steps, folder)).iter().sum::<usize>();
    assert_eq!(bad, 3, "`liar` for three runtimes");
    for folder in ["first", "second"] {
        twice(&["publish", folder, "--account", "local:account", "-o", &format!("{folder}.jsonl")], 1);
    }
    twice(&["record", "first.jsonl", "second.jsonl"], 0).says("12 builds with 24 layer versions");
    twice(&["papers", "first", "second"], 0).says("0 missing");
    twice(&["render"], 0);

    for runtime in ["p3.12", "p3.13", "p3.13-arm64"] {
        // A run that builds for itself does not record how long that took.
        let times = format!("pipeline/ledger/{runtime}/build-times.json");
        assert_eq!(steps.json(&times)["seconds"].as_object().unwrap().keys().collect::<Vec<_>>(), ["alpha", "beta", "gamma-ray", "old"]);
        std::fs::remove_file(steps.path(&times)).unwrap();
    }
    for (made, expected) in [("pipeline/ledger", "ledger"), ("deployments", "deployments"), ("_site", "site"), ("account", "account")] {
        assert_same(&files(&whole, &format!(".klayers/{expected}")), &files(&steps, made), made);
    }
    let event = "p3.13/alpha/events.jsonl";
    assert_eq!(steps.read(&format!("pipeline/ledger/{event}")), whole.read(&format!(".klayers/ledger/{event}")));
    steps.run(&["plan"]).exits(0).says("3 to build, 12 unchanged, 3 cannot be resolved");
}

#[test]
fn programs_are_told_everything_in_one_array() {
    let index = index();
    let world = World::with_index(&["alpha", "liar"], &index);
    world.run(&["plan", "--runtime", "p3.13"]).exits(0);
    world.run(&["build", "--plan", "plan.json"]).exits(0);
    let told = |arguments: &[&str], code| {
        let stdout = world.run(&[arguments, &["--format", "json"]].concat()).exits(code).stdout;
        serde_json::from_str::<Vec<serde_json::Value>>(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
    };
    let problems = told(&["publish", "dist", "--account", "local:account"], 1);
    assert!(problems.len() == 1 && problems[0]["file"].as_str().unwrap().contains("liar"), "{problems:?}");
    for command in [&["record", "receipts.jsonl"][..], &["adopt", "--account", "local:account"], &["audit", "--account", "local:account"]] {
        assert!(told(command, 0).is_empty(), "{command:?}");
    }
}

#[test]
fn a_stale_file_is_named_and_rendering_mends_it() {
    let index = index();
    let world = World::with_index(&["beta"], &index);
    world.run(&["run"]).exits(0);
    let outputs = ["--ledger", ".klayers/ledger", "--deployments", "deployments", "--site", "_site"];
    let render = |more: &[&str]| world.run(&[&["render"], &outputs[..], more].concat());
    render(&["--check"]).exits(4).says("run `klayers render`");
    assert!(!world.path("deployments").exists(), "looking changes nothing");
    render(&[]).exits(0);
    let right = all(&world);
    render(&["--check"]).exits(0);

    world.write("deployments/python3.13/README.md", "other");
    world.write("_site/extra.html", "extra");
    std::fs::remove_file(world.path("_site/404.html")).unwrap();
    let stale = render(&["--check"]).exits(4).says("3 files are stale");
    assert_eq!(stale.stdout, "different deployments/python3.13/README.md\nmissing   _site/404.html\nextra     _site/extra.html\n");
    assert_eq!(world.read("deployments/python3.13/README.md"), "other", "looking changes nothing");
    render(&[]).exits(0).says("2 files written, 1 removed");
    assert_same(&right, &all(&world), "mended");
    render(&["--check", "--today", "2030-01-01"]).exits(4);
}

#[test]
fn what_was_tampered_with_is_named_and_not_published() {
    let index = Index::with(&["flipped", "edited", "unlocked", "good"].map(|name| Wheel::new(name, "1.0")));
    let world = World::with_index(&["good"], &index);
    let built = world.run(&["build", "flipped", "edited", "unlocked", "good", "--runtime", "p3.12"]).exits(0);
    let printed: Vec<&str> = built.stdout.lines().collect();
    assert_eq!(
        printed,
        ["flipped", "edited", "unlocked", "good"].map(|name| format!(
            "dist/Klayers-p312-{name}.zip: {name} 1.0 for p3.12 without bytecode, 1 package, 0.1 MB, 0.1 MB unpacked, not imported: nobody tried"
        ))
    );
    world.run(&["verify"]).exits(0).says("4 of 4 archives are good");

    let zip = world.path("dist/Klayers-p312-flipped.zip");
    let mut bytes = std::fs::read(&zip).unwrap();
    bytes[45] ^= 1;
    klayers::outside::files::write(&zip, &bytes, klayers::outside::files::Durability::Process).unwrap();
    let manifest = world.read("dist/Klayers-p312-edited.json").replace("\"edited==1.0\"", "\"edited==2.0\"");
    world.write("dist/Klayers-p312-edited.json", &manifest);
    std::fs::remove_file(world.path("dist/Klayers-p312-unlocked.pylock.toml")).unwrap();

    let verified = world.run(&["verify"]).exits(1).says("1 of 4 archives are good").says("`dist/Klayers-p312-unlocked.pylock.toml` is missing");
    for (name, code) in [("flipped", "archive-hash-mismatch"), ("edited", "manifest-wrong"), ("unlocked", "archive-file-missing")] {
        let place = format!("  --> dist/Klayers-p312-{name}.zip");
        assert!(verified.stderr.split("error[").any(|problem| problem.starts_with(code) && problem.contains(&place)), "{}", verified.stderr);
    }
    assert!(!verified.stderr.contains("p312-good"), "{}", verified.stderr);
    world.run(&["publish", "--account", "local:account"]).exits(1).says("2 published").says("archive-hash-mismatch");
    let published: Vec<PathBuf> = files(&world, "account").into_keys().filter(|path| path.starts_with("regions")).collect();
    assert_eq!(published, ["eu-west-1", "us-east-1"].map(|region| Path::new("regions").join(region).join("Klayers-p312-good.json")));
    world.run(&["record", "receipts.jsonl"]).exits(0).says("1 builds with 2 layer versions");
    let status: serde_json::Value = serde_json::from_str(&world.read("pipeline/ledger/p3.12/status.json")).unwrap();
    assert_eq!(status["packages"]["flipped"]["code"], "archive-hash-mismatch", "{status:#}");
}

#[test]
fn an_archive_without_a_manifest_is_told_of_and_passed_over() {
    let index = Index::with(&["good", "lost"].map(|name| Wheel::new(name, "1.0")));
    let world = World::with_index(&["good"], &index);
    world.run(&["build", "good", "lost", "--runtime", "p3.12"]).exits(0);
    std::fs::remove_file(world.path("dist/Klayers-p312-lost.json")).unwrap();
    let told = |ran: common::Ran| {
        let place = "warning[manifest-missing]: the archive has no manifest and is passed over\n  --> dist/Klayers-p312-lost.zip\n";
        assert_eq!(ran.stderr.matches("manifest-missing").count(), 1, "{}", ran.stderr);
        ran.says(place);
    };
    told(world.run(&["verify"]).exits(0).says("1 of 1 archives are good"));
    told(world.run(&["publish", "--account", "local:account"]).exits(0).says("2 published"));
    world.run(&["verify", "nowhere"]).exits(0).says("0 of 0 archives are good");
}

#[test]
fn a_plan_is_for_what_was_asked() {
    let index = index();
    let world = World::with_index(&ROWS, &index);
    let planned = |arguments: &[&str]| {
        world.run(&[&["plan"], arguments].concat()).exits(0);
        let plan: serde_json::Value = serde_json::from_str(&world.read("plan.json")).unwrap();
        let builds = plan["builds"].as_array().unwrap();
        builds.iter().map(|build| format!("{} {}", build["runtime"].as_str().unwrap(), build["request"].as_str().unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(planned(&["--package", "alpha"]), ["p3.12 alpha", "p3.13 alpha", "p3.13-arm64 alpha"]);
    assert_eq!(planned(&["--package", "gamma_ray", "-p", "beta", "--runtime", "p3.13-arm64"]), ["p3.13-arm64 beta", "p3.13-arm64 Gamma.Ray"]);
    assert_eq!(planned(&["-R", "p3.12", "-p", "only-source"]), [""; 0]);
    for (arguments, words) in [
        (["--package", "nonsense"], "the catalogue has no package `nonsense` for any active runtime"),
        (["--runtime", "p3.8"], "`p3.8` is not an active runtime"),
        (["--runtime", "p3.11"], "`p3.11` is not an active runtime"),
    ] {
        world.run(&[&["plan"], &arguments[..]].concat()).exits(2).says(words).says("\nhelp: ");
    }
    world.run(&["plan", "--runtime", "3.13"]).exits(2).says("p3.13");
    world.run(&["plan", "--shards", "0"]).exits(2);
    world.run(&["build", "--plan", "none.json"]).exits(2).says("none.json");
    world.run(&["publish", "--account", "azure"]).exits(2).says("an account is `aws` or `local:DIR`");
    world.run(&["publish", "--account", "local:account", "--region", "me-south-1"]).exits(2).says("`me-south-1` is not an active region");
}

#[test]
fn two_builds_in_different_places_make_the_same_bytes() {
    let index = index();
    let one = World::with_index(&[], &index);
    let other = World::with_index(&["beta"], &index);
    other.run(&["run", "--runtime", "p3.12"]).exits(0);
    one.run(&["build", "alpha", "Gamma.Ray", "--runtime", "p3.13-arm64", "-o", "out"]).exits(0);
    other.run(&["build", "Gamma.Ray", "alpha", "-R", "p3.13-arm64", "-R", "p3.12", "-o", "another/place"]).exits(0);
    let archives = files(&one, "out");
    assert_eq!(archives.len(), 9, "{:?}", archives.keys());
    for (path, bytes) in archives.iter().filter(|(path, _)| !path.to_string_lossy().contains("attempts")) {
        assert!(files(&other, "another/place").get(path) == Some(bytes), "`{}` has other bytes", path.display());
    }
}

/// How many are bad. Looking twice says the same.
fn twice_verified(world: &World, folder: &str) -> usize {
    let before = all(world);
    let [first, second] = [(), ()].map(|()| world.run(&["verify", folder]).exits(1).stderr);
    // The line of progress has a time.
    assert_eq!(first.split_once('\n').map(|(_, told)| told), second.split_once('\n').map(|(_, told)| told));
    assert_same(&before, &all(world), "verifying");
    first.matches("error[record-mismatch]").count()
}

/// Everything that a step may make. Locks hold the number of their last process; caches and stamps say what was done before.
fn all(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = files(world, "");
    // How long something took is never twice the same.
    all.iter_mut().filter(|(path, _)| path.extension().is_some_and(|end| end == "jsonl")).for_each(|(_, bytes)| *bytes = handed_out::without_seconds(bytes));
    all.retain(|path, _| !path.starts_with(".cache") && !path.starts_with(".klayers/stamps"));
    all
}

fn files(world: &World, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = tree(&world.path(folder));
    files.retain(|path, _| !path.ends_with(".lock"));
    files
}

#[track_caller]
fn assert_same(expected: &BTreeMap<PathBuf, Vec<u8>>, found: &BTreeMap<PathBuf, Vec<u8>>, what: &str) {
    assert!(!expected.is_empty());
    let show = |bytes: Option<&Vec<u8>>| bytes.map_or("nothing".into(), |bytes| String::from_utf8_lossy(bytes).chars().take(600).collect::<String>());
    if let Some(path) = expected.keys().chain(found.keys()).find(|path| expected.get(*path) != found.get(*path)) {
        panic!("{what}: `{}` should be\n{}\nand is\n{}", path.display(), show(expected.get(path)), show(found.get(path)));
    }
}
