//! `expire`, `adopt` and `audit`, killed at any moment: the next run ends where an undisturbed one does, to the byte.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use klayers::outside::files::{self, Durability};

use super::common::{Index, Wheel, World, tree};
use super::world::LEDGER;

const PACKAGES: [&str; 8] = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
/// Kills that must land before the end of a run, for each command, and how many are tried for them.
const KILLS: usize = 12;
const TRIES_MAX: u64 = 80;
/// What the moments are multiplied with after each kill that came too late.
const FASTER: f64 = 0.8;

/// The ledger and the account of a service.
type Kept = BTreeMap<PathBuf, Vec<u8>>;

fn kept(world: &World) -> Kept {
    let mut kept = tree(&world.path(".klayers"));
    kept.retain(|path, _| !path.ends_with(".lock") && ["ledger", "account"].iter().any(|folder| path.starts_with(folder)));
    kept
}

fn put_back(world: &World, kept: &Kept) {
    for folder in ["ledger", "account"] {
        files::remove_dir(&world.path(&format!(".klayers/{folder}"))).unwrap();
    }
    for (path, bytes) in kept {
        files::write(&world.path(".klayers").join(path), bytes, Durability::Process).unwrap();
    }
}

/// Two releases of each package, the second in every region, a year later.
fn service() -> World {
    let index = Index::with(&PACKAGES.map(|package| Wheel::new(package, "1.0")));
    let mut world = World::with_index(&PACKAGES, &index);
    world.run(&["run", "--runtime", "p3.13"]).exits(0);
    PACKAGES.iter().for_each(|package| index.add(&Wheel::new(package, "1.1")));
    world.set_now("2026-12-01T00:00:00Z");
    world.run(&["run", "--runtime", "p3.13"]).exits(0);
    world.set_now("2027-12-01T00:00:00Z");
    world
}

/// Runs a command on what is kept now, then again and again with kills.
fn holds(world: &World, command: &[&str], code: i32) {
    let arguments = [command, &["--account", "local:.klayers/account", "--ledger", LEDGER]].concat();
    let before = kept(world);
    let began = Instant::now();
    world.run(&arguments).exits(code);
    let whole = began.elapsed();
    let after = kept(world);
    assert!(after != before, "{command:?} does something");
    let mut kills = 0;
    let mut half_way = 0;
    // A kill that comes too late tells that the machine was slower when it was measured.
    let mut pace = 1.0;
    for seed in 0..TRIES_MAX {
        put_back(world, &before);
        let delay = whole.mul_f64(pace * fastrand::Rng::with_seed(seed).f64());
        let mut child = world.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A kill at a certain moment is a wait by its nature.
        let until = Instant::now() + delay;
        while Instant::now() < until {
            std::thread::park_timeout(Duration::from_micros(200));
        }
        child.kill().unwrap();
        let was_killed = child.wait().unwrap().signal() == Some(9);
        let left = kept(world);
        half_way += usize::from(was_killed && left != before && left != after);
        kills += usize::from(was_killed);
        pace *= if was_killed { 1.0 } else { FASTER };
        // What was reported once is not reported twice, so only that it ends well counts.
        let again = world.run(&arguments);
        assert!([Some(0), Some(code)].contains(&again.code), "seed {seed}: {} {}", again.stdout, again.stderr);
        let end = kept(world);
        let different: Vec<&PathBuf> = end.keys().chain(after.keys()).filter(|path| end.get(*path) != after.get(*path)).collect();
        assert!(different.is_empty(), "seed {seed}, killed after {delay:?}: {different:?} differ\n{}{}", again.stdout, again.stderr);
        if kills >= KILLS && half_way > 0 {
            return;
        }
    }
    panic!("{kills} kills landed, {half_way} of them half-way");
}

#[test]
fn deleting_recording_and_adopting_may_be_killed_at_any_moment() {
    let world = service();
    let whole = kept(&world);
    holds(&world, &["expire"], 0);

    put_back(&world, &whole);
    files::remove_dir(&world.path(LEDGER)).unwrap();
    holds(&world, &["adopt"], 0);

    put_back(&world, &whole);
    for package in &PACKAGES[..3] {
        let file = format!(".klayers/account/regions/eu-west-1/Klayers-p313-{package}.json");
        let mut layer = world.json(&file);
        layer["versions"].as_object_mut().unwrap().remove("2").unwrap();
        world.write(&file, &format!("{layer}\n"));
    }
    holds(&world, &["audit"], 1);
}
