//! `klayers run` may be killed at any moment: the next run ends where an undisturbed one does, to the byte.
//!
//! The moments come from a seeded generator. Some are counted from the start of the run, some from the
//! first sign of a later stage, so that the short stages at the end are hit as often as the long ones
//! before them. Each seed is printed; `KILL_SEED=7` runs that seed alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use common::{Index, Wheel, World};

/// Kills that each scenario must land. Three scenarios make 36.
const KILLS: usize = 12;
/// Seeds that a scenario may use for them: a kill that comes after the end of its run does not count.
const SEEDS_MAX: u64 = 60;
/// What the moments are multiplied with after a kill that came too late: the machine was slower when it was measured.
const FASTER: f64 = 0.8;
const LATER: &str = "2026-12-01T00:00:00Z";
const ROWS: [&str; 5] = ["alpha", "beta", "gamma", "liar", "only-source"];

#[test]
fn killed_while_everything_is_new_and_must_be_downloaded() {
    let index = index();
    Scenario::new(&index, None, Wheels::ToDownload).holds(1_000);
}

#[test]
fn killed_while_everything_is_new_and_the_wheels_are_there() {
    let index = index();
    Scenario::new(&index, None, Wheels::Cached).holds(2_000);
}

#[test]
fn killed_while_a_new_version_comes_on_top_of_a_record() {
    let index = index();
    let before = World::with_index(&ROWS, &index);
    before.run(&["run"]).exits(1);
    index.add(&Wheel::new("beta", "1.6"));
    Scenario::new(&index, Some(&before), Wheels::Cached).holds(3_000);
}

#[test]
fn what_a_killed_run_can_leave_half_written_is_gone_after_the_next() {
    let index = index();
    let scenario = Scenario::new(&index, None, Wheels::Cached);
    let world = world(&index, None);
    scenario.finishes(&world, "undisturbed");
    let half = |folder: &str| world.write(&format!(".klayers/{folder}/.klayers-tmp-half"), "half");
    ["account", "account/regions/us-east-1", "account/blobs", "ledger", "ledger/p3.13/alpha", "stamps", "papers/sboms", "dist"].into_iter().for_each(half);
    ["deployments/python3.13/arns", "site/api/v2/p3.13", "site"].into_iter().for_each(half);
    world.write(".klayers/receipts.jsonl", "{\"receipt\":\"publi");
    scenario.finishes(&world, "half-written files in every folder");
}

/// Wheels that share dependencies, one that is refused when it is assembled, one that has no wheel at all.
fn index() -> Index {
    let filler: Vec<u8> = (0..60_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let index = Index::with(&[
        Wheel::new("alpha", "1.0").requires("beta>=1").requires("shared").info_file("entry_points.txt", "[console_scripts]\nalpha = alpha:main\n"),
        Wheel::new("beta", "1.5"),
        Wheel::new("gamma", "2.0").requires("shared"),
        Wheel::new("shared", "3.0").file("shared/data.bin", filler),
        Wheel::new("liar", "1.0").false_record("liar/__init__.py", b"something else"),
    ]);
    index.add_sdist("only-source", "only_source-1.0.tar.gz");
    index
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wheels {
    /// Every world begins with an empty cache of its own.
    ToDownload,
    /// All worlds share one, which is full.
    Cached,
}

/// From when on a kill is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Started,
    Building,
    Publishing,
}

impl Sign {
    const ALL: [Self; 3] = [Self::Started, Self::Building, Self::Publishing];

    fn is_given_in(self, world: &World) -> bool {
        match self {
            Self::Started => true,
            Self::Building => world.path(".klayers/dist").exists(),
            Self::Publishing => world.path(".klayers/receipts.jsonl").exists(),
        }
    }
}

struct Scenario<'a> {
    index: &'a Index,
    before: Option<&'a World>,
    wheels: Wheels,
    /// Where the undisturbed run took place. Its caches are shared.
    undisturbed: World,
    code: Option<i32>,
    expected: BTreeMap<PathBuf, Option<Vec<u8>>>,
    /// How long the run went on after each of [`Sign::ALL`].
    remaining: [Duration; 3],
    pace: Cell<f64>,
}

impl<'a> Scenario<'a> {
    fn new(index: &'a Index, before: Option<&'a World>, wheels: Wheels) -> Self {
        // The first run fills the caches of uv, the second one is measured.
        let warm = world(index, before);
        run(&warm, &warm, Wheels::Cached).wait().unwrap();
        let undisturbed = world(index, before);
        files(&warm.path(".cache")).iter().filter(|path| wheels == Wheels::Cached || !path.starts_with("klayers")).for_each(|path| {
            copy(&warm.path(".cache").join(path), &undisturbed.path(".cache").join(path));
        });
        let mut child = run(&undisturbed, &undisturbed, Wheels::Cached);
        let began = Instant::now();
        let mut seen = [None; 3];
        let status = wait_for(&mut child, None, || {
            for (at, sign) in Sign::ALL.iter().enumerate() {
                if seen[at].is_none() && sign.is_given_in(&undisturbed) {
                    seen[at] = Some(began.elapsed());
                }
            }
            false
        });
        let total = began.elapsed();
        let remaining = seen.map(|at| total.saturating_sub(at.unwrap_or_default()));
        println!("undisturbed: {total:?}, after each sign: {remaining:?}");
        let expected = state(&undisturbed);
        let has = |end: &str| expected.keys().any(|path| path.ends_with(end));
        assert!(has("status.json") && has("events.jsonl") && has("index.html") && has("us-east-1.csv"), "{:?}", expected.keys());
        Self { index, before, wheels, undisturbed, code: status.unwrap().code(), expected, remaining, pace: Cell::new(1.2) }
    }

    /// Kills until enough kills have landed.
    fn holds(&self, first_seed: u64) {
        if let Some(seed) = std::env::var("KILL_SEED").ok().and_then(|seed| seed.parse().ok()) {
            self.one_seed(seed);
            return;
        }
        let mut kills = 0;
        for seed in first_seed..first_seed + SEEDS_MAX {
            if kills >= KILLS {
                return;
            }
            kills += self.one_seed(seed);
        }
        panic!("only {kills} kills landed before the end of a run");
    }

    /// One world: killed up to three times, then left in peace. Returns the kills that landed.
    fn one_seed(&self, seed: u64) -> usize {
        let mut random = Random(seed);
        let world = world(self.index, self.before);
        let mut story = format!("seed {seed}:");
        let mut kills = 0;
        for _ in 0..1 + random.below(3) {
            let at = random.below(3);
            let delay = self.remaining[at].mul_f64(self.pace.get() * random.fraction());
            story += &format!(" {:?} + {delay:?}", Sign::ALL[at]);
            let mut child = run(&world, &self.undisturbed, self.wheels);
            let ended = wait_for(&mut child, None, || Sign::ALL[at].is_given_in(&world)).or_else(|| wait_for(&mut child, Some(delay), || false));
            let status = ended.unwrap_or_else(|| {
                child.kill().unwrap();
                child.wait().unwrap()
            });
            let landed = status.signal() == Some(9);
            assert!(landed || status.code() == self.code, "{story}: ended with {status}");
            if !landed {
                story += " too late,";
                self.pace.set(self.pace.get() * FASTER);
                break;
            }
            story += " killed,";
            kills += 1;
        }
        println!("{story} then left in peace");
        self.finishes(&world, &story);
        // Once more: what a disturbed run left is known to be finished.
        if seed.is_multiple_of(4) {
            self.finishes(&world, &story);
        }
        kills
    }

    fn finishes(&self, world: &World, story: &str) {
        let output = command(world, &self.undisturbed, self.wheels).output().unwrap();
        let said = format!("{story}\n{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), self.code, "{said}");
        let found = state(world);
        let differs = |path: &&PathBuf| found.get(*path) != self.expected.get(*path);
        let different: Vec<_> = self.expected.keys().chain(found.keys()).filter(differs).collect();
        assert!(different.is_empty(), "these are not as an undisturbed run leaves them: {different:#?}\n{said}");
        let half: Vec<_> = files(&world.path(".klayers")).into_iter().filter(|path| klayers::outside::files::is_temporary(path)).collect();
        assert!(half.is_empty(), "half-written: {half:?}\n{said}");
        assert!(!world.path(".klayers/receipts.jsonl").exists() && !world.path(".klayers/dist").exists(), "{said}");
    }
}

/// A world that is where `before` is. With something before it, it is later.
fn world(index: &Index, before: Option<&World>) -> World {
    let mut world = World::with_index(&ROWS, index);
    if let Some(before) = before {
        files(&before.path(".klayers")).iter().for_each(|path| copy(&before.path(".klayers").join(path), &world.path(".klayers").join(path)));
        world.set_now(LATER);
    }
    world
}

fn command(world: &World, caches: &World, wheels: Wheels) -> std::process::Command {
    let mut command = world.command(&["run"]);
    command.env("UV_CACHE_DIR", caches.path(".cache/uv"));
    if wheels == Wheels::Cached {
        command.env("KLAYERS_CACHE_DIR", caches.path(".cache/klayers"));
    }
    command
}

fn run(world: &World, caches: &World, wheels: Wheels) -> Child {
    command(world, caches, wheels).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until the child ends, which gives its status, or the time is over, or `until` holds. A timed kill
/// is a wait by its nature: nothing else in the tests waits for time to pass.
fn wait_for(child: &mut Child, time: Option<Duration>, mut until: impl FnMut() -> bool) -> Option<ExitStatus> {
    let deadline = time.map(|time| Instant::now() + time);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        let now = Instant::now();
        if until() || deadline.is_some_and(|deadline| now >= deadline) {
            return None;
        }
        let rest = deadline.map_or(Duration::MAX, |deadline| deadline - now);
        std::thread::park_timeout(rest.min(Duration::from_millis(1)));
    }
}

/// Everything in `.klayers/` that a user sees, folders too, which have no content. Locks hold the number of
/// their last process, and stamps the times of files.
fn state(world: &World) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let folder = world.path(".klayers");
    let mut state = BTreeMap::new();
    for path in files(&folder).into_iter().filter(|path| !path.starts_with("stamps") && !path.ends_with(".lock")) {
        state.insert(path.clone(), Some(std::fs::read(folder.join(path)).unwrap()));
    }
    let mut below = vec![folder.clone()];
    while let Some(next) = below.pop() {
        for entry in std::fs::read_dir(next).unwrap().map(Result::unwrap).filter(|entry| entry.file_type().unwrap().is_dir()) {
            state.insert(entry.path().strip_prefix(&folder).unwrap().to_owned(), None);
            below.push(entry.path());
        }
    }
    state
}

fn files(folder: &Path) -> Vec<PathBuf> {
    klayers::outside::files::walk(folder).unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    if from.is_file() {
        std::fs::copy(from, to).unwrap();
    }
}

/// SplitMix64: the same numbers for the same seed on any machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// From 0 to 1.
    fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX)
    }
}
