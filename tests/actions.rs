//! The runner of workflows in `tests/actions/`: its language as tables, whole runs of small workflows, and that it
//! understands every key of ours. What it is for: `tests/month.rs`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "aws/mod.rs"]
mod aws;

use std::process::Command;

use aws::emulator::{MOTO, installed};

#[test]
fn expressions_mean_what_they_mean_on_github() {
    passes("test_expressions");
}

#[test]
fn artifacts_take_what_they_take_on_github() {
    passes("test_globs");
}

#[test]
fn steps_tell_their_machine_what_they_may() {
    passes("test_commands");
}

#[test]
fn runs_go_as_on_github_and_what_is_not_known_is_an_error() {
    passes("test_run");
}

#[test]
fn our_workflows_have_nothing_that_is_not_known() {
    passes("test_ours");
}

/// Runs the tests of one file, which must have some.
#[expect(clippy::disallowed_methods, reason = "tests in Python")]
fn passes(file: &str) {
    let mut command = Command::new(installed(MOTO).join("python"));
    command.args(["-m", "unittest", "-v", &format!("actions.{file}")]).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"));
    command.env_clear().env("PATH", std::env::var("PATH").unwrap()).env("HOME", env!("CARGO_TARGET_TMPDIR")).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains(" ... ok"), "{said}");
}
