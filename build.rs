//! What `--version` says: the commit that a release was compiled from. A development build says no more than that it is one, so that
//! a commit alone compiles nothing anew.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=KLAYERS_COMMIT");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    // Where there is no repository, as in a container that was given the sources alone, whoever builds can tell the commit.
    let commit = std::env::var("KLAYERS_COMMIT").ok().or_else(|| is_release.then(commit).flatten());
    let from = commit.unwrap_or_else(|| if is_release { "unknown commit" } else { "development" }.to_owned());
    println!("cargo::rustc-env=KLAYERS_VERSION={} ({from})", env!("CARGO_PKG_VERSION"));
}

/// The commit that is checked out, with a mark when files differ from it.
fn commit() -> Option<String> {
    // Every commit and checkout writes there.
    println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changed.is_empty() { commit } else { format!("{commit}, changed") })
}

#[expect(clippy::disallowed_methods, reason = "nothing of klayers is compiled yet")]
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}
