//! A build by name that is killed at any moment, and started again.

use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::common::{Index, Wheel, World};
use super::left_in;

const KILLS: usize = 8;
/// Kills that come after the end of their run do not count.
const TRIES_MAX: u32 = 40;

#[test]
fn a_build_that_was_killed_and_started_again_ends_as_if_it_had_run_once() {
    let filler: Vec<u8> = (0..400_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let index = Index::with(&[
        Wheel::new("alpha", "1.0").requires("beta").file("alpha/slow.py", "x = 1\n".repeat(2_000)),
        Wheel::new("beta", "1.5").file("beta/data.bin", filler),
    ]);
    let world = World::empty(&index);
    let runtime = world.runtime_with_python().map_or("p3.13".to_owned(), |found| found.id);
    let arguments = ["build", "alpha", "--runtime", &runtime, "-o", "x.zip"];
    world.run(&arguments).exits(0);
    let began = Instant::now();
    world.run(&arguments).exits(0);
    let mut whole = began.elapsed();
    let expected = left_in(&world);
    assert_eq!(expected.len(), 1, "{:?}", expected.keys());

    let (mut kills, mut random) = (0, 0x9e37_79b9_u32);
    for attempt in 0..TRIES_MAX {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let after = whole.mul_f64(f64::from(random >> 8) / f64::from(1 << 24));
        if attempt % 3 == 0 {
            let _ = std::fs::remove_file(world.path("x.zip"));
            let _ = std::fs::remove_dir_all(world.path(".cache/klayers"));
        }
        let mut child = world.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A kill at a moment is a wait by its nature.
        std::thread::park_timeout(after);
        child.kill().unwrap();
        let landed = child.wait().unwrap().signal() == Some(9);
        let left = left_in(&world);
        if let Some(zip) = left.get(&PathBuf::from("x.zip")) {
            assert!(*zip == expected[&PathBuf::from("x.zip")], "attempt {attempt}: half a zip after {after:?}");
        }
        if !landed {
            whole = whole.mul_f64(0.8).max(Duration::from_millis(20));
            continue;
        }
        kills += 1;
        world.run(&arguments).exits(0);
        let now = left_in(&world);
        assert!(now == expected, "attempt {attempt}, killed after {after:?}: {:?} before and {:?} after", left.keys(), now.keys());
        if kills == KILLS {
            return;
        }
    }
    panic!("only {kills} kills landed before the end of a run");
}
