//! What the scripts need of this machine: Node, a Chromium, and the packages of package.json, installed once.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use klayers::domain::Sha256;

use super::script::folder;

const LOCK: &str = "package-lock.json";

/// The folder that npm's packages are installed in.
pub fn packages() -> PathBuf {
    let lock = std::fs::read(folder().join(LOCK)).unwrap();
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm");
    let place = tools.join(format!("browser-{}", &Sha256::of(&lock).to_string()[..16]));
    if place.exists() {
        return place;
    }
    std::fs::create_dir_all(&tools).unwrap();
    // Each test is a process: one of them installs, and the others wait for it.
    let _only_one = locked(&tools.join("browser.lock"));
    if place.exists() {
        return place;
    }
    // Beside its place and renamed, so that one that is there is whole.
    let beside = tempfile::tempdir_in(&tools).unwrap();
    for name in ["package.json", LOCK] {
        std::fs::copy(folder().join(name), beside.path().join(name)).unwrap();
    }
    let options = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=2", "--fetch-retry-mintimeout=1000"];
    let said = output(program("npm").args(options).current_dir(beside.path()));
    said.unwrap_or_else(|said| panic!("npm cannot install what tests/browser/package.json names, which needs the network once:\n{said}"));
    std::fs::rename(beside.path(), &place).unwrap();
    place
}

/// The path of a Chromium, which is installed where there is none.
pub fn chromium() -> String {
    let mut script = program(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/browser"));
    let said = output(&mut script).unwrap_or_else(|said| panic!("scripts/browser:\n{said}"));
    said.lines().last().unwrap_or_default().to_owned()
}

/// A program of this machine, with nothing to read.
#[expect(clippy::disallowed_methods, reason = "a tool of the test")]
pub fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    command.stdin(Stdio::null());
    command
}

/// What a program printed; as an error when it failed, then with what it said.
fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}\nhelp: install Node 20.19 or later, with npm"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(stdout) } else { Err(stdout + &String::from_utf8_lossy(&output.stderr)) }
}

#[expect(clippy::disallowed_methods, reason = "a lock of tests")]
fn locked(path: &Path) -> File {
    let file = File::create(path).unwrap();
    file.lock().unwrap();
    file
}
