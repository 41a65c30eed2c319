//! Killed before each operation on files, one after the other: what was there stays, and the same command again mends all.

use std::os::unix::process::ExitStatusExt as _;

use super::service::{ADOPT, EXPIRE, Files, INIT, LEDGER, RECORD, RENDER, RUN, Service, different, old_or_new};
use super::trace::{CHANGES, is_possible, killed_before};

/// Most kills of one command at one kind of operation: they are spread over all that there are. `KLAYERS_KILL_ALL=1` does without a bound.
const KILLS_MAX: usize = 5;

#[test]
fn record_may_be_killed_before_any_operation() {
    let service = Service::published();
    holds(&service, &RECORD, 1);
}

#[test]
fn render_may_be_killed_before_any_operation() {
    let service = Service::recorded();
    holds(&service, &RENDER, 1);
    // Where nothing was, a folder comes whole or not at all.
    for folder in [".klayers/deployments", ".klayers/site"] {
        klayers::outside::files::remove_dir(&service.world.path(folder)).unwrap();
    }
    holds(&service, &RENDER, 2);
}

#[test]
fn expire_and_adopt_may_be_killed_before_any_operation() {
    let service = Service::expired();
    holds(&service, &EXPIRE, 1);
    klayers::outside::files::remove_dir(&service.world.path(LEDGER)).unwrap();
    holds(&service, &ADOPT, 1);
}

#[test]
fn init_may_be_killed_before_any_operation() {
    holds(&Service::new(), &INIT, 1);
}

#[test]
fn run_may_be_killed_before_any_operation() {
    let service = Service::new();
    holds(&service, &RUN, 2);
}

/// With one in `of` of the kills.
fn holds(service: &Service, arguments: &[&str], of: usize) {
    if !is_possible(&service.world) {
        return;
    }
    let before = service.files();
    let lines = service.lines();
    service.world.run(arguments).exits(0);
    let after = service.files();
    assert!(after != before, "{arguments:?} does something");
    let is_all = std::env::var_os("KLAYERS_KILL_ALL").is_some();
    let mut kills = 0;
    for call in CHANGES {
        let mut landed = 0;
        let count = count(service, &before, arguments, call);
        for nth in (1..=count).step_by(if is_all { 1 } else { count.div_ceil(KILLS_MAX / of).max(1) }) {
            landed += usize::from(one(service, &before, &after, &lines, arguments, (call, nth)));
        }
        println!("{arguments:?}: {landed} kills before one of {count} times `{call}`");
        kills += landed;
    }
    assert!(kills > 5, "{kills} kills of {arguments:?}");
    service.put_back(&before);
}

/// How often it does this in the thread that does it most.
fn count(service: &Service, before: &Files, arguments: &[&str], call: &str) -> usize {
    service.put_back(before);
    let trace = service.world.path(".cache/trace");
    let mut command = super::service::program(&service.world, "strace");
    command.args(["-f", "-b", "execve", "-e", &format!("trace={call}"), "-o"]).arg(&trace).args(super::service::words(&service.world, arguments));
    command.env("RAYON_NUM_THREADS", "1").env("TOKIO_WORKER_THREADS", "1").output().unwrap();
    let mut by_thread = std::collections::BTreeMap::new();
    for line in std::fs::read_to_string(&trace).unwrap().lines().filter(|line| line.contains(&format!(" {call}("))) {
        *by_thread.entry(line.split(' ').next().unwrap().to_owned()).or_insert(0) += 1;
    }
    by_thread.into_values().max().unwrap_or(0)
}

/// Whether the kill landed.
fn one(service: &Service, before: &Files, after: &Files, lines: &std::collections::BTreeSet<String>, arguments: &[&str], (call, nth): (&str, usize)) -> bool {
    let story = format!("{arguments:?} killed before `{call}` number {nth}");
    service.put_back(before);
    let status = killed_before(&service.world, arguments, call, nth).output().unwrap().status;
    let was_killed = status.signal() == Some(9);
    let left = service.files();
    if service.world.path(LEDGER).exists() {
        assert!(service.lines().is_superset(lines), "{story}: lines are lost");
    }
    // A thread that does it less often than another may be through before.
    if was_killed {
        old_or_new(&left, before, after, &story);
    }
    let again = service.world.run(arguments);
    assert_eq!(again.code, Some(0), "{story}: {}{}", again.stdout, again.stderr);
    let end = service.files();
    assert!(different(&end, after).is_empty(), "{story}: {:?} differ after it was run again\n{}", different(&end, after), again.stderr);
    was_killed
}
