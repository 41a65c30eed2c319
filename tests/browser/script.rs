//! Runs one script of this folder on the site of a world.

use std::path::{Path, PathBuf};

use super::common::World;
use super::served::Served;
use super::tools::{chromium, packages, program};

/// The folder of the scripts.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

/// Runs `name.test.mjs` on the site of `world`; fails with what it said.
#[track_caller]
pub fn run(name: &str, world: &World) {
    let served = Served::start(name, world);
    run_on(name, &served, &[]);
}

/// The same on a site that is served, with more in the script's environment.
#[track_caller]
pub fn run_on(name: &str, served: &Served, environment: &[(&str, &str)]) {
    let mut node = program("node");
    node.args(["--test", "--test-reporter=spec"]).arg(folder().join(format!("{name}.test.mjs"))).current_dir(&served.folder);
    node.env("KLAYERS_SITE", &served.address).env("KLAYERS_SITE_FOLDER", &served.folder);
    node.env("KLAYERS_CHROMIUM", chromium()).env("KLAYERS_NPM", packages()).envs(environment.iter().copied());
    // It would make node run the script as a part of another's tests.
    node.env_remove("NODE_TEST_CONTEXT").env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    let output = node.output().expect("Node is needed: install version 20.19 or later, with npm");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "tests/browser/{name}.test.mjs:\n{said}");
    // Scripts print what they measure; nextest shows it with `--no-capture` or `--success-output final`.
    print!("{said}");
}
