//! A cache that somebody edits: what comes of it is the right archive or a clear error, soon, and nothing outside of it is written.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use klayers::outside::files::{self, Durability};

use super::common::{Index, Ran, Sdist, Wheel, World};
use super::service::{program, ran};

/// A command that does not end by then hangs.
const ENOUGH: Duration = Duration::from_secs(120);
const KINDS: [Damage; 8] = [Damage::Cut, Damage::Flipped, Damage::Emptied, Damage::Longer, Damage::Folder, Damage::Link, Damage::Pipe, Damage::Closed];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Cut,
    Flipped,
    Emptied,
    Longer,
    Folder,
    Link,
    Pipe,
    Closed,
}

struct Edited {
    world: World,
    _index: Index,
    arguments: Vec<String>,
    expected: Vec<u8>,
    /// A file that no command of ours may touch.
    precious: PathBuf,
}

impl Edited {
    fn new() -> Self {
        let index = Index::with(&[Wheel::new("alpha", "1.0").requires("beta"), Wheel::new("beta", "1.5")]);
        let world = World::with_index(&["alpha"], &index);
        let runtime = world.runtime_with_python();
        world.set_need("bytecode", if runtime.is_some() { "required" } else { "never" });
        let runtime = runtime.map_or("p3.13".to_owned(), |found| found.id);
        let arguments: Vec<String> = ["build", "alpha", "--runtime", &runtime, "-o", "x.zip", "--import-test", "never"].map(str::to_owned).to_vec();
        let precious = world.path("precious");
        let mut edited = Self { world, _index: index, arguments, expected: Vec::new(), precious };
        edited.run().exits(0);
        edited.expected = std::fs::read(edited.world.path("x.zip")).unwrap();
        edited
    }

    /// Runs it to its end, which must come.
    fn run(&self) -> Ran {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let mut child = self.world.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if began.elapsed() > ENOUGH {
                child.kill().unwrap();
                panic!("it hangs: {:?}", child.wait_with_output().unwrap());
            }
            std::thread::park_timeout(Duration::from_millis(2));
        }
        ran(&child.wait_with_output().unwrap())
    }

    fn damage(&self, path: &Path, damage: Damage) {
        let bytes = std::fs::read(path).unwrap_or_default();
        let put = |bytes: &[u8]| {
            files::write(path, bytes, Durability::Process).unwrap();
        };
        match damage {
            Damage::Cut => put(&bytes[..bytes.len() / 2]),
            Damage::Flipped => {
                let mut bytes = bytes;
                let middle = bytes.len() / 2;
                bytes.get_mut(middle).into_iter().for_each(|byte| *byte ^= 1);
                put(&bytes);
            }
            Damage::Emptied => put(b""),
            Damage::Longer => put(&[&bytes[..], b"more"].concat()),
            Damage::Closed => std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o0)).unwrap(),
            Damage::Folder | Damage::Link | Damage::Pipe => {
                files::remove(path).unwrap();
                match damage {
                    Damage::Folder => files::create_dir(path).unwrap(),
                    Damage::Link => symlink(&self.precious, path).unwrap(),
                    _ => assert!(program(&self.world, "mkfifo").arg(path).output().unwrap().status.success()),
                }
            }
        }
    }

    /// The right archive or an error; and once the cache is away, the right archive.
    fn holds(&self, story: &str) {
        self.world.write("precious", "whole");
        files::remove(&self.world.path("x.zip")).unwrap();
        let ran = self.run();
        let made = std::fs::read(self.world.path("x.zip")).ok();
        match ran.code {
            Some(0) => assert!(made.as_ref() == Some(&self.expected), "{story}: another archive\n{}", ran.stderr),
            Some(1 | 2) => assert!(made.is_none() && !ran.stderr.contains("panicked"), "{story}: {ran:?}"),
            _ => panic!("{story}: {ran:?}"),
        }
        assert_eq!(self.world.read("precious"), "whole", "{story}");
        println!("{story}: {:?} {}", ran.code, ran.stderr.lines().find(|line| line.starts_with("error")).unwrap_or_default());
    }
}

#[test]
fn whatever_becomes_of_files_in_the_cache_no_archive_is_wrong() {
    let edited = Edited::new();
    let cache = edited.world.path(".cache/klayers");
    let saved: Vec<(PathBuf, Vec<u8>)> = super::common::tree(&cache).into_iter().collect();
    let put_back = || {
        files::remove_dir(&cache).unwrap();
        for (path, bytes) in &saved {
            files::write(&cache.join(path), bytes, Durability::Process).unwrap();
        }
    };
    let uv = edited.world.path(".cache/uv");
    let saved_of_uv: Vec<(PathBuf, Vec<u8>)> = super::common::tree(&uv).into_iter().collect();
    for damage in [Damage::Cut, Damage::Flipped, Damage::Emptied, Damage::Link] {
        saved_of_uv.iter().for_each(|(path, _)| edited.damage(&uv.join(path), damage));
        edited.holds(&format!("every file of uv's {damage:?}"));
        files::remove_dir(&uv).unwrap();
        for (path, bytes) in &saved_of_uv {
            files::write(&uv.join(path), bytes, Durability::Process).unwrap();
        }
    }
    assert!(saved.iter().any(|(path, _)| path.extension().is_some_and(|end| end == "whl")), "{saved:?}");
    let ends = ["whl", "zip", "json", "txt"];
    for damage in KINDS {
        for end in ends {
            let hurt: Vec<PathBuf> = saved.iter().map(|(path, _)| cache.join(path)).filter(|path| path.extension().is_some_and(|found| found == end)).collect();
            if hurt.is_empty() {
                continue;
            }
            put_back();
            hurt.iter().for_each(|path| edited.damage(path, damage));
            edited.holds(&format!("every `.{end}` {damage:?}"));
        }
    }
}

#[test]
fn whatever_stands_where_a_download_goes_no_archive_is_wrong() {
    let edited = Edited::new();
    let cache = edited.world.path(".cache/klayers");
    let wheels: Vec<PathBuf> =
        files::walk(&cache.join("wheels")).unwrap().into_iter().filter(|path| path.extension().is_some_and(|end| end == "whl")).collect();
    for damage in KINDS {
        for end in ["", "lock"] {
            for wheel in &wheels {
                let wheel = cache.join("wheels").join(wheel);
                let bytes = std::fs::read(&wheel).unwrap_or_default();
                drop(files::remove(&wheel).or_else(|_| files::remove_dir(&wheel)));
                let partial = cache.join("wheels/partial").join(wheel.file_stem().unwrap()).with_extension(end);
                drop(files::remove(&partial).or_else(|_| files::remove_dir(&partial)));
                files::write(&partial, &bytes[..bytes.len() / 2], Durability::Process).unwrap();
                edited.damage(&partial, damage);
            }
            edited.holds(&format!("a download {end} {damage:?}"));
            files::remove_dir(&cache.join("wheels")).unwrap();
            edited.run().exits(0);
        }
    }
}

#[test]
fn a_wheel_that_is_replaced_while_it_is_used_makes_no_wrong_archive() {
    let edited = Edited::new();
    let cache = edited.world.path(".cache/klayers/wheels");
    let wheels: Vec<PathBuf> =
        files::walk(&cache).unwrap().into_iter().filter(|path| path.extension().is_some_and(|end| end == "whl")).map(|path| cache.join(path)).collect();
    let good: Vec<Vec<u8>> = wheels.iter().map(|wheel| std::fs::read(wheel).unwrap()).collect();
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut at = 0;
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                for (wheel, good) in wheels.iter().zip(&good) {
                    let mut bytes = good.clone();
                    at = (at + 37) % bytes.len();
                    bytes[at] ^= 1;
                    for bytes in [&bytes, good] {
                        let _ = files::write(wheel, bytes, Durability::Process);
                    }
                }
            }
        });
        let _ends = Ends(&is_over);
        for round in 0..4 {
            edited.holds(&format!("replaced while it is used, round {round}"));
        }
    });
}

#[test]
fn a_source_that_changed_in_the_cache_is_fetched_once_more() {
    let index = Index::start();
    let sdist = Sdist::new("pure-source", "1.0");
    index.add_source(&sdist);
    let world = World::with_index(&["pure-source"], &index);
    world.add_settings("[package.pure-source]\nsource_build = true\n");
    let build = ["build", "pure-source", "-R", "p3.13", "-o", "x.zip"];
    world.run(&build).exits(0);
    let right = sdist.bytes();
    let name = klayers::domain::Sha256::of(&right).to_string();
    let cached = world.path(&format!(".cache/klayers/wheels/{}/{name}.whl", &name[..2]));
    let mut flipped = right.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for damaged in [flipped, right[..right.len() / 2].to_vec()] {
        // Without the wheel that it became, it is built again.
        files::remove_dir(&world.path(".cache/klayers/source-builds")).unwrap();
        files::write(&cached, &damaged, Durability::Process).unwrap();
        world.run(&build).exits(0);
        assert!(std::fs::read(&cached).unwrap() == right, "what is built was fetched anew");
    }
}

/// Ends the other thread, whatever becomes of this one.
struct Ends<'a>(&'a std::sync::atomic::AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}
