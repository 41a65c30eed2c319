//! Outputs that are closed, full, or that nobody reads to their end.

use std::process::{Command, Stdio};

use super::service::{LEDGER, RENDER, RUN, Service, different, lines, program, ran, words};

/// Each way to lose what is printed, as a shell says it.
const OUTPUTS: [(&str, &str); 5] = [
    ("closed", ">&- 2>&-"),
    ("nobody reads", "2>&1 | true"),
    ("full", ">/dev/full"),
    ("errors have no place", "2>/dev/full"),
    ("nothing has a place", ">/dev/full 2>/dev/full"),
];

#[test]
fn a_run_whose_output_is_lost_does_all_its_work() {
    let service = Service::new();
    let before = service.files();
    service.world.run(&RUN).exits(0);
    let after = service.files();
    for (what, output) in OUTPUTS {
        service.put_back(&before);
        let ran = ran(&shell(&service, &RUN, output).output().unwrap());
        let is_told = output.contains(">/dev/full") && !output.starts_with("2>");
        assert_eq!(ran.code, Some(if is_told { 2 } else { 0 }), "{what}: {}", ran.stderr);
        assert!(!is_told || output.contains("2>") || ran.stderr.contains("error: all is done, and what was printed is cut"), "{what}: {}", ran.stderr);
        assert!(different(&service.files(), &after).is_empty(), "{what}: {:?}", different(&service.files(), &after));
    }
    assert_eq!(lines(&service.world.path(LEDGER)), service.lines());
}

#[test]
fn no_command_panics_whoever_listens() {
    let service = Service::recorded();
    let commands: [&[&str]; 9] = [
        &["--help"],
        &["man"],
        &["completions", "bash"],
        &["check", "--format", "json"],
        &["check", "--format", "github", "-vv"],
        &["render", "--check", "--ledger", LEDGER],
        &RENDER,
        &["expire", "--dry-run", "--account", "local:.klayers/account", "--ledger", LEDGER],
        &["build", "nothing-of-this-name", "--runtime", "p3.13"],
    ];
    for arguments in commands {
        let plain = service.world.run(arguments).code;
        for (what, output) in OUTPUTS {
            let ran = ran(&shell(&service, arguments, output).output().unwrap());
            let is_full = output.contains(">/dev/full") && !output.starts_with("2>");
            assert!([plain, is_full.then_some(2)].contains(&ran.code), "{arguments:?}, {what}: {:?} {}", ran.code, ran.stderr);
            assert!(!ran.stderr.contains("panicked"), "{arguments:?}, {what}: {}", ran.stderr);
        }
    }
}

/// The code is that of the program, and not of what it is piped to.
fn shell(service: &Service, arguments: &[&str], output: &str) -> Command {
    let mut command = program(&service.world, "bash");
    command.args(["-c", &format!("set -o pipefail; \"$@\" {output}"), "bash"]).args(words(&service.world, arguments)).stderr(Stdio::piped());
    command
}
