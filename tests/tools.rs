//! What a run needs of the machine: uv, an index, a cache that several processes share.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::os::unix::fs::PermissionsExt as _;

use common::{Index, Wheel, World, tree};

#[test]
fn doctor_says_what_is_there_and_what_is_missing() {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let mut world = World::with_index(&["alpha"], &index);
    let well = world.run(&["doctor"]).exits(0);
    for words in ["ok      config     3 rows, 3 active runtimes, 2 active regions", &format!("index {} (which answers)", index.host()), "ok      cache"] {
        assert!(well.stdout.contains(words), "`{words}` is not in:\n{}", well.stdout);
    }
    let of_pythons: Vec<&str> = well.stdout.lines().filter(|line| line.contains(" python3.")).collect();
    assert!(of_pythons.len() == 2 && of_pythons[0].contains(" python3.12 ") && of_pythons[1].contains(" python3.13 "), "{}", well.stdout);
    let is_said = |line: &&str| {
        let there = line.starts_with("ok ") && line.contains(": compiles; imports layers for ");
        there || line.starts_with("absent ") && line.contains("its layers get no bytecode and are not imported")
    };
    assert!(of_pythons.iter().all(is_said), "{}", well.stdout);
    world.set_index("http://127.0.0.1:9/simple");
    let ill = world.run(&["doctor"]).exits(1);
    assert!(ill.stdout.contains("MISSING resolver") && ill.stdout.contains("cannot reach `127.0.0.1:9`"), "{}", ill.stdout);
    world.write("pipeline/config/klayers.toml", "prefix = 1");
    assert!(world.run(&["doctor"]).exits(1).stdout.contains("MISSING config"));
}

#[test]
fn a_uv_of_another_version_is_passed_over() {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let world = World::with_index(&["alpha"], &index);
    world.write("old/uv", "#!/bin/sh\necho uv 0.1.0\n");
    std::fs::set_permissions(world.path("old/uv"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = world.command(&["run", "--offline"]);
    let path = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value).unwrap().to_owned();
    command.env("PATH", format!("{}:{}", world.path("old").display(), path.display()));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the uv on PATH is not used") && said.contains("cannot fetch uv"), "{said}");
}

#[test]
fn two_processes_share_a_cache_and_download_once() {
    let wheels = [Wheel::new("alpha", "1.0").requires("beta"), Wheel::new("beta", "1.0").file("beta/data.bin", vec![7; 300_000])];
    let index = Index::with(&wheels);
    let world = World::with_index(&["alpha"], &index);
    let build = |folder: &str| world.command(&["build", "alpha", "--runtime", "p3.13", "-o", folder]).spawn().unwrap();
    let (mut first, mut second) = (build("one"), build("two"));
    assert!(first.wait().unwrap().success() && second.wait().unwrap().success());
    assert!(tree(&world.path("one")) == tree(&world.path("two")));
    for wheel in &wheels {
        assert_eq!(index.downloads(&wheel.filename()).len(), 1, "{}", wheel.filename());
    }
}

#[test]
fn a_wheel_that_rotted_in_the_cache_is_fetched_again() {
    let alpha = Wheel::new("alpha", "1.0");
    let index = Index::with(std::slice::from_ref(&alpha));
    let world = World::with_index(&["alpha"], &index);
    world.run(&["build", "alpha", "--runtime", "p3.13", "-o", "one"]).exits(0);
    let cached = tree(&world.path(".cache/klayers/wheels")).into_keys().next().unwrap();
    let cached = format!(".cache/klayers/wheels/{}", cached.display());
    world.write(&cached, "rotten");
    world.run(&["build", "alpha", "--runtime", "p3.13", "-o", "two"]).exits(0);
    assert!(tree(&world.path("one")) == tree(&world.path("two")));
    assert_eq!(index.downloads(&alpha.filename()).len(), 2);
}

#[test]
fn every_index_that_uv_is_told_of_is_asked() {
    let (first, second) = (Index::with(&[Wheel::new("alpha", "1.0")]), Index::with(&[Wheel::new("beta", "1.0")]));
    second.add_sdist("beta", "beta-2.0.tar.gz");
    let world = World::with_index(&["alpha", "beta"], &first);
    let output = world.command(&["run", "--runtime", "p3.13"]).env("UV_INDEX", format!("mine={}", second.url())).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("p3.13             2          0       0"), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("held back: beta for p3.13: 1.0 was taken because 2.0"), "{said}");
}
