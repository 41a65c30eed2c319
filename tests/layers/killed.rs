//! A build by name that is killed at any moment, and started again.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::common::{Index, Wheel, World};
use super::left_in;

const KILLS: usize = 6;
/// Kills that come after the end of their run do not count.
const TRIES_MAX: u32 = 40;

#[test]
fn a_zip_whose_build_was_killed_and_started_again_is_as_if_it_was_built_once() {
    holds("x.zip", 1);
}

#[test]
fn a_folder_whose_build_was_killed_and_started_again_is_as_if_it_was_built_once() {
    holds("out", 2);
}

fn holds(output: &str, seed: u32) {
    let filler: Vec<u8> = (0..400_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let index = Index::with(&[
        Wheel::new("alpha", "1.0").requires("beta").file("alpha/slow.py", "x = 1\n".repeat(2_000)),
        Wheel::new("beta", "1.5").file("beta/data.bin", filler),
    ]);
    let world = World::empty(&index);
    let runtime = world.runtime_with_python().map_or("p3.13".to_owned(), |found| found.id);
    let arguments = ["build", "alpha", "--runtime", &runtime, "-o", output];
    world.run(&arguments).exits(0);
    let began = Instant::now();
    world.run(&arguments).exits(0);
    let mut whole = began.elapsed();
    let seconds_apart = |files: BTreeMap<PathBuf, Vec<u8>>| files.into_iter().map(|(path, bytes)| (path, without_seconds(bytes))).collect::<BTreeMap<_, _>>();
    let expected = seconds_apart(left_in(&world));

    let (mut kills, mut random) = (0, seed);
    for attempt in 0..TRIES_MAX {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let after = whole.mul_f64(f64::from(random >> 8) / f64::from(1 << 24));
        if attempt % 3 == 0 {
            let _ = std::fs::remove_file(world.path(output)).or_else(|_| std::fs::remove_dir_all(world.path(output)));
            let _ = std::fs::remove_dir_all(world.path(".cache/klayers"));
        }
        let mut child = world.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A kill at a moment is a wait by its nature.
        std::thread::park_timeout(after);
        child.kill().unwrap();
        let landed = child.wait().unwrap().signal() == Some(9);
        let left = left_in(&world);
        for (path, zip) in left.iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "zip") && expected.contains_key(*path)) {
            assert!(*zip == expected[path], "attempt {attempt}: half of `{}` after {after:?}", path.display());
        }
        if !landed {
            whole = whole.mul_f64(0.8).max(Duration::from_millis(20));
            continue;
        }
        kills += 1;
        world.run(&arguments).exits(0);
        let now = seconds_apart(left_in(&world));
        assert!(now == expected, "attempt {attempt}, killed after {after:?}: {:?} before and {:?} after", left.keys(), now.keys());
        if kills == KILLS {
            return;
        }
    }
    panic!("only {kills} kills landed before the end of a run");
}

/// How long an import took is no two times the same.
fn without_seconds(bytes: Vec<u8>) -> Vec<u8> {
    match serde_json::from_slice::<serde_json::Value>(&bytes) {
        Ok(mut manifest) if manifest.get("import_test").is_some() => {
            manifest["import_test"]["tested"]["outcome"]["seconds"] = 0.into();
            manifest.to_string().into_bytes()
        }
        Ok(_) | Err(_) => bytes,
    }
}
