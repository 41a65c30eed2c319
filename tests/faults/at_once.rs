//! Two of the same at once: one waits, or is told; both end as one alone would.

use std::process::{Child, Stdio};

use super::common::Ran;
use super::service::{RECORD, RENDER, RUN, Service, different, ran};

const ROUNDS: usize = 2;
const AT_ONCE: usize = 3;

#[test]
fn who_writes_the_same_at_once_waits_or_is_told() {
    for (service, arguments) in [(Service::new(), &RUN[..]), (Service::published(), &RECORD), (Service::recorded(), &RENDER)] {
        let before = service.files();
        service.world.run(arguments).exits(0);
        let after = service.files();
        for round in 0..ROUNDS {
            service.put_back(&before);
            let all = together(&service, &[arguments; AT_ONCE]);
            assert!(all.iter().any(|ran| ran.code == Some(0)), "{all:?}");
            for ran in all.iter().filter(|ran| ran.code != Some(0)) {
                let is_told = ran.stderr.contains("another klayers") && ran.stderr.contains("is writing to");
                assert!(ran.code == Some(2) && is_told, "{arguments:?}, round {round}: {ran:?}");
            }
            assert!(different(&service.files(), &after).is_empty(), "{arguments:?}, round {round}: {:?}", different(&service.files(), &after));
        }
    }
}

#[test]
fn builds_that_share_a_cache_and_a_folder_all_succeed() {
    let service = Service::new();
    all_succeed(&service, |output| ["build", "alpha", "beta", "--runtime", "p3.13", "-o", output]);
    service.world.run(&["plan", "--runtime", "p3.13"]).exits(0);
    all_succeed(&service, |output| ["build", "--plan", "plan.json", "-o", output]);
}

fn all_succeed<const N: usize>(service: &Service, to: impl Fn(&'static str) -> [&'static str; N]) {
    service.world.run(&to("expected")).exits(0);
    for round in 0..ROUNDS {
        for folder in [".cache/klayers", "dist", "other"] {
            klayers::outside::files::remove_dir(&service.world.path(folder)).unwrap();
        }
        let (dist, other) = (to("dist"), to("other"));
        for ran in together(service, &[&dist, &dist, &other, &other]) {
            assert_eq!(ran.code, Some(0), "round {round}: {ran:?}");
        }
        for folder in ["dist", "other"] {
            for name in ["Klayers-p313-alpha", "Klayers-p313-beta"] {
                for end in ["zip", "pylock.toml", "cdx.json", "json"] {
                    let read = |folder: &str| std::fs::read(service.world.path(&format!("{folder}/{name}.{end}"))).unwrap();
                    assert!(read(folder) == read("expected"), "round {round}: `{folder}/{name}.{end}`");
                }
            }
        }
        let left = super::common::tree(&service.world.path(".cache/klayers"));
        assert!(!left.keys().any(|path| path.ends_with("lock") || klayers::outside::files::is_temporary(path)), "{:?}", left.keys());
    }
}

#[test]
fn a_lock_that_its_holder_left_behind_holds_nobody_up() {
    let service = Service::published();
    // The number of a process that lives, and that has no lock.
    service.world.write(".klayers/ledger/.lock", &std::process::id().to_string());
    service.world.write(".cache/klayers/wheels/partial/somebody.lock", "1");
    service.world.run(&RECORD).exits(0).says("2 builds");
}

fn together(service: &Service, all: &[&[&str]]) -> Vec<Ran> {
    let start = |arguments: &&[&str]| service.world.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started: Vec<Child> = all.iter().map(start).collect();
    started.into_iter().map(|child| ran(&child.wait_with_output().unwrap())).collect()
}
