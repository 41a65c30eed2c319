//! Python packages of clients, installed by uv. Only the first time are they downloaded.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::world::path_with_uv;

/// A Python that has exactly these packages and what they need. It is kept for the next run.
pub fn python_with(packages: &[&str]) -> PathBuf {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools");
    let place = tools.join(format!("python-with-{}", packages.join("+")));
    if !place.is_dir() {
        std::fs::create_dir_all(&tools).unwrap();
        let unfinished = tempfile::tempdir_in(&tools).unwrap();
        let folder = unfinished.path().join("made");
        uv(&["venv", "--quiet", "--relocatable", "--python", ">=3.10", folder.to_str().unwrap()]);
        if !packages.is_empty() {
            uv(&[&["pip", "install", "--quiet", "--only-binary", ":all:", "--no-config", "--python", folder.to_str().unwrap()], packages].concat());
        }
        // Another test may have been quicker, and its folder is as good.
        let moved = std::fs::rename(&folder, &place);
        assert!(moved.is_ok() || place.is_dir(), "{moved:?}");
    }
    place.join("bin/python")
}

#[expect(clippy::disallowed_methods, reason = "asks uv, which is what the binary under test does")]
fn uv(arguments: &[&str]) {
    let output = Command::new("uv").args(arguments).env("PATH", path_with_uv()).env("UV_PYTHON_DOWNLOADS", "never").stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "uv {arguments:?}:\n{}", String::from_utf8_lossy(&output.stderr));
}
