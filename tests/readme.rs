//! Everything that README.md shows, run in its order by a shell, with the binary under test in the place of `cargo run` and of an
//! installed `klayers`. Asks the real package index.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use common::{Server, World, git};

/// What another test or machine does: the tests, of which this is one.
const NOT_HERE: [&str; 1] = ["scripts/test"];
/// What has no end of its own: a server, which the test starts as it stands there.
const SERVE: &str = "cargo run --release -- serve";

/// A clone of the repository, but for what it has recorded.
fn repository() -> World {
    let world = World::new(&[]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["pipeline/config", "pipeline/aws"] {
        for file in klayers::outside::files::walk(&root.join(folder)).unwrap() {
            let path = Path::new(folder).join(file);
            world.write(path.to_str().unwrap(), &std::fs::read_to_string(root.join(&path)).unwrap());
        }
    }
    // A clone knows where it is from.
    git(&world, &["init", "--quiet"]);
    git(&world, &["remote", "add", "origin", "https://github.com/owner/layers.git"]);
    world
}

/// A folder for PATH with the programs that README.md calls: `klayers`, and a `cargo` that has compiled already.
fn programs(world: &World) -> String {
    let binary = env!("CARGO_BIN_EXE_klayers");
    let put = |name: &str, script: String| {
        let path = format!("programs/{name}");
        world.write(&path, &script);
        std::fs::set_permissions(world.path(&path), std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    put("klayers", format!("#!/bin/sh\nexec '{binary}' \"$@\"\n"));
    put("cargo", format!("#!/bin/sh\n[ \"$1 $2 $3\" = 'run --release --' ] || exit 9\nshift 3\nexec '{binary}' \"$@\"\n"));
    world.path("programs").to_str().unwrap().to_owned()
}

/// Each block, with its kind.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (block, after) = after.split_once("\n```").expect("a block has an end");
        let (kind, content) = block.split_once('\n').unwrap();
        found.push((kind.to_owned(), content.to_owned()));
        rest = after;
    }
    found
}

#[expect(clippy::disallowed_methods, reason = "a shell runs what people would type")]
fn shell(world: &World, script: &str, site: &str) -> String {
    let like = world.command(&[]);
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).current_dir(world.path("")).env_clear();
    for (name, value) in like.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let path = like.get_envs().find(|(name, _)| *name == "PATH").unwrap().1.unwrap().to_str().unwrap();
    command.env("PATH", format!("{}:{path}", programs(world))).env("SITE", site).env("KLAYERS_NOW", common::world::NOW);
    let output = command.output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{script}\n{stdout}\n{stderr}");
    stdout
}

#[test]
fn everything_that_the_readme_shows_works_as_it_stands_there() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let world = repository();
    let mut server: Option<Server> = None;
    let mut said = String::new();
    for (kind, content) in blocks(&text) {
        match kind.as_str() {
            "console" if content == SERVE => server = Some(Server::start(&world, &[])),
            "console" if NOT_HERE.contains(&content.as_str()) => {}
            "console" => {
                let site = server.as_ref().map(|server| server.address.trim_end_matches('/').to_owned()).unwrap_or_default();
                said += &shell(&world, &content, &site);
            }
            "csv" => {
                let rows = world.read("pipeline/config/packages.csv");
                world.write("pipeline/config/packages.csv", &format!("{rows}{content}\n"));
            }
            "mermaid" => {}
            other => panic!("what should be done with a block of `{other}`?"),
        }
    }
    for part in ["640 layer versions published in 32 regions", "\"package\":\"pandas\"", "Package,Package Version,arn", "klayers.toml"] {
        assert!(said.contains(part), "`{part}` is not in:\n{said}");
    }
    assert!(world.path("pandas.zip").is_file() && world.path("data.zip").is_file());
}
