//! The OpenAPI document, read by the linter that others use. It is fetched once on a machine, by npm.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::world::{TODAY, World};

/// Later ones want a newer Node.
const LINTER: &str = "@redocly/cli@2.77.0";
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.config/redocly.yaml");

#[test]
fn the_linter_has_nothing_to_say() {
    let site = World::read().site(TODAY);
    lint(site.get("api/v3/openapi.json").unwrap()).unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn the_linter_finds_what_is_wrong() {
    let good = klayers::render::api_v3::openapi();
    let changes: [(&str, &str, Value, &str); 4] = [
        ("/info", "license", Value::Null, "license"),
        ("/components/schemas/PackageFile/properties/data", "$ref", json!("#/components/schemas/None"), "no-unresolved-refs"),
        ("/paths/~1api~1v3~1index.json/get", "operationId", json!("getPackage"), "operation-operationId-unique"),
        ("/components/schemas/Package/properties/name", "type", json!("text"), "type"),
    ];
    for (place, key, value, named) in changes {
        let mut bad = good.clone();
        bad.pointer_mut(place).unwrap_or_else(|| panic!("no {place}"))[key] = value;
        let said = lint(bad.to_string().as_bytes()).expect_err(place);
        assert!(said.contains(named), "{place}: {said}");
    }
}

/// Fails with what the linter said.
fn lint(document: &[u8]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openapi.json");
    klayers::outside::files::write(&file, document, klayers::outside::files::Durability::Process).unwrap();
    let linter = linter();
    let mut command = program(linter.join("node_modules/.bin/redocly"), folder.path());
    command.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    said(command.args(["lint", "--config", RULES]).arg(&file))
}

/// The folder that it is installed in.
fn linter() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm");
        let folder = tools.join(LINTER.replace(['@', '/'], "-"));
        if !folder.join("node_modules/.bin/redocly").exists() {
            std::fs::create_dir_all(&tools).unwrap();
            // Beside its place and renamed, so that one that is there is whole, whoever else installs it at the same time.
            let beside = tempfile::tempdir_in(&tools).unwrap();
            let mut command = program("npm", beside.path());
            command
                .args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--prefix"])
                .arg(beside.path())
                .arg(LINTER);
            said(&mut command).unwrap_or_else(|said| panic!("npm cannot install `{LINTER}`, which needs the network once:\n{said}"));
            let _ = std::fs::rename(beside.path(), &folder);
        }
        assert!(folder.join("node_modules/.bin/redocly").exists(), "{LINTER} is not what npm installed");
        folder
    })
}

#[expect(clippy::disallowed_methods, reason = "a tool of the test")]
fn program(program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn said(command: &mut Command) -> Result<(), String> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; Node and npm are needed"));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(()) } else { Err(said) }
}
