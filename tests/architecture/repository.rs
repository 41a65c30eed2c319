//! The files that git has or would take.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Their paths, sorted.
#[expect(clippy::disallowed_methods, reason = "a test asks git")]
pub fn tracked() -> Vec<String> {
    static TRACKED: OnceLock<Vec<String>> = OnceLock::new();
    let list = || {
        let output = Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]).current_dir(root()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let mut paths: Vec<String> = text.split_terminator('\0').filter(|path| root().join(path).is_file()).map(str::to_owned).collect();
        paths.sort();
        paths
    };
    TRACKED.get_or_init(list).clone()
}

/// A file's text; what is not text in it becomes a replacement character.
pub fn text(path: &str) -> String {
    String::from_utf8_lossy(&std::fs::read(root().join(path)).unwrap()).into_owned()
}

/// Whether `path`, as written in the file `from`, is there: from the root, from beside the file, in `src/`, or,
/// for a bare file name, anywhere.
pub fn exists(from: &str, path: &str) -> bool {
    let beside = Path::new(from).parent().unwrap();
    let starts = [PathBuf::new(), beside.to_owned(), PathBuf::from("src")];
    let is_name_of = |tracked: &String| tracked.rsplit('/').next() == Some(path);
    starts.iter().any(|start| root().join(start).join(path).exists()) || (!path.contains('/') && tracked().iter().any(is_name_of))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
