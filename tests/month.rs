//! A whole month of a fork, told by `tests/month/`: every workflow as it is, every job in a folder of its own, with what
//! artifacts and outputs carry and nothing else. Here a small one; `scripts/month` tells one with real packages.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "aws/mod.rs"]
mod aws;
mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use aws::Emulator;
use aws::emulator::{MOTO, installed};
use serde_json::json;

#[test]
fn a_fork_publishes_is_asked_for_a_package_publishes_it_expires_and_yanks() {
    // scripts/month says `real`.
    let plot = std::env::var("KLAYERS_MONTH").unwrap_or_else(|_| "small".to_owned());
    tell(&plot);
}

/// Its output is that of the test: seconds of each job, and on failure what the steps said.
#[expect(clippy::disallowed_methods, reason = "a story in Python")]
fn tell(plot: &str) {
    let emulator = Emulator::ministack_with_auth();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let told = std::env::var("KLAYERS_MONTH_FOLDER").unwrap_or_default();
    let place = if told.is_empty() { folder.path().to_owned() } else { told.into() };
    let mut surroundings = vec![("PATH".to_owned(), common::world::path_with_uv().to_owned())];
    if plot == "real" {
        // The real index is reached the way this machine reaches it.
        surroundings.extend(std::env::vars().filter(|(name, _)| {
            ["UV_INDEX", "UV_DEFAULT_INDEX", "UV_SYSTEM_CERTS", "SSL_CERT_"].iter().any(|prefix| name.starts_with(prefix))
                || name.to_ascii_lowercase().ends_with("_proxy")
        }));
    }
    let surroundings: serde_json::Map<String, serde_json::Value> = surroundings.into_iter().map(|(name, value)| (name, value.into())).collect();
    let settings = json!({
        "root": root, "folder": place, "program": env!("CARGO_BIN_EXE_klayers"), "aws": emulator.url(), "plot": plot, "surroundings": surroundings,
        "verbose": std::env::var("KLAYERS_MONTH_VERBOSE").unwrap_or_default(), "keeps": std::env::var_os("KLAYERS_MONTH_KEEPS").is_some(),
    });
    let file = folder.path().join("settings.json");
    std::fs::write(&file, settings.to_string()).unwrap();
    let mut command = Command::new(installed(MOTO).join("python"));
    command.args(["-m", "month", file.to_str().unwrap()]).current_dir(root).env_clear().stdin(Stdio::null());
    command.env("PATH", std::env::var("PATH").unwrap()).env("HOME", folder.path()).env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("PYTHONPATH", std::env::join_paths([root.join("tests"), root.join("tests/infrastructure")]).unwrap());
    assert!(command.status().unwrap().success(), "the story says why");
}
