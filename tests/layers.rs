//! What a layer is made of beyond the files of its wheels, and what it is held to: bytecode, imports, compiled files,
//! sources that are built, papers; by name, from a plan, in a run.
//!
//! The Pythons are those of the machine: where it has none that will do, the tests that need one say so and pass.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "layers/by_name.rs"]
mod by_name;
#[path = "layers/bytecode.rs"]
mod bytecode;
mod common;
#[path = "layers/compiled_files.rs"]
mod compiled_files;
#[path = "layers/imports.rs"]
mod imports;
#[path = "layers/killed.rs"]
mod killed;
#[path = "layers/papers.rs"]
mod papers;
#[path = "layers/sizes.rs"]
mod sizes;
#[path = "layers/sources.rs"]
mod sources;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::{World, tree_without};

/// What a run left in its folder, but for caches and what uv keeps in the home of its user.
fn left_in(world: &World) -> BTreeMap<PathBuf, Vec<u8>> {
    tree_without(&world.path(""), &[".cache", ".local"])
}

/// The code and the reason that a run recorded for a package, or nothing.
#[track_caller]
fn recorded(world: &World, runtime: &str, package: &str) -> Option<(String, String)> {
    let status = world.json(&format!(".klayers/ledger/{runtime}/status.json"));
    let failure = &status["packages"][package];
    Some((failure["code"].as_str()?.to_owned(), failure["reason"].as_str()?.to_owned()))
}

/// Whether a run published a layer of a package.
fn is_published(world: &World, runtime: &str, package: &str) -> bool {
    world.path(&format!(".klayers/ledger/{runtime}/{package}/events.jsonl")).exists()
}
