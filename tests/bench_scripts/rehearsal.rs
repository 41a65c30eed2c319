//! `scripts/bench` as it is, where nothing that it runs is what it seems.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use klayers::outside::files::{self, Durability};

/// Gives one row and says nothing else.
const PART: &str = r#"import json, sys
row = {"what": "what NAME does", "ours": 0.01, "beside": "the usual way", "other": 0.02, "unit": "s", "ratio": 0.5, "goal": 0.5}
with open(sys.argv[sys.argv.index("--rows") + 1], "w") as file:
    file.write(json.dumps(row) + "\n")
"#;
const KLAYERS: &str = "#!/bin/sh\necho 'klayers 0.1.0 (made up)'\n";
const CARGO: &str = "#!/bin/sh\nexit 0\n";
const RUSTC: &str = "#!/bin/sh\necho 'rustc 1.2.3 (made up)'\n";

/// A root with the scripts.
pub struct Rehearsal {
    folder: tempfile::TempDir,
}

impl Rehearsal {
    /// Where each of `parts` measures something that goes well.
    pub fn new(parts: &[&str]) -> Self {
        let rehearsal = Self { folder: tempfile::tempdir().unwrap() };
        let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
        let modules = files::names(&sources.join("scripts/benchmarks")).unwrap().into_iter().filter(|name| name.ends_with(".py"));
        for name in modules.map(|name| format!("scripts/benchmarks/{name}")).chain(["scripts/bench".to_owned()]) {
            rehearsal.put(&name, &std::fs::read_to_string(sources.join(&name)).unwrap());
        }
        parts.iter().for_each(|part| rehearsal.put(&format!("scripts/bench-{part}"), &PART.replace("NAME", part)));
        rehearsal.put("target/release/klayers", KLAYERS);
        rehearsal.put("bin/cargo", CARGO);
        rehearsal.put("bin/rustc", RUSTC);
        files::create_dir(&rehearsal.folder.path().join("docs")).unwrap();
        rehearsal
    }

    /// From now on, this one fails.
    pub fn break_part(&self, part: &str) {
        self.put(&format!("scripts/bench-{part}"), "import sys\nsys.exit(3)\n");
    }

    /// The exit code, and what was said on standard error.
    pub fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let root = self.folder.path();
        let path = format!("{}:/usr/bin:/bin", root.join("bin").display());
        let output = super::command(root, &path).arg("scripts/bench").args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// A file that was written.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        files::write(&path, text.as_bytes(), Durability::Process).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}
