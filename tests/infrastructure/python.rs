//! Runs the scripts beside this file, and programs that uv installs. They see PATH and nothing else of this
//! machine: no credentials, no settings of AWS.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::aws::emulator::{MOTO, installed};

pub const ROLES: &str = "pipeline/aws/roles.yaml";
pub const SITE: &str = "pipeline/aws/site.yaml";
pub const STAGING_BUCKET: &str = "pipeline/aws/staging-bucket.yaml";

/// What a script prints, which is JSON.
pub fn script(name: &str, arguments: &[&str]) -> Value {
    let said = try_script(name, arguments).unwrap_or_else(|said| panic!("{name} {arguments:?} fails:\n{said}"));
    serde_json::from_str(&said).unwrap()
}

/// The same; fails with what it said when it failed.
pub fn try_script(name: &str, arguments: &[&str]) -> Result<String, String> {
    let path = Path::new("tests/infrastructure").join(name);
    run(&installed(MOTO).join("python"), &[&[path.to_str().unwrap()], arguments].concat())
}

/// Runs a program of JavaScript, which prints JSON, with the machine's node.
pub fn node(program: &Path, arguments: &[&str]) -> Value {
    let said = run(Path::new("node"), &[&[program.to_str().unwrap()], arguments].concat());
    serde_json::from_str(&said.unwrap_or_else(|said| panic!("{arguments:?} fails:\n{said}"))).unwrap()
}

/// A program of a Python package, run in the root of the repository.
pub fn tool(package: &str, name: &str, arguments: &[&str]) -> Result<String, String> {
    run(&installed(package).join(name), arguments)
}

#[expect(clippy::disallowed_methods, reason = "programs that only tests start")]
fn run(program: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().env("PATH", std::env::var("PATH").unwrap());
    command.env("HOME", PathBuf::from(env!("CARGO_TARGET_TMPDIR"))).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stdout) + &text(&output.stderr)) }
}
