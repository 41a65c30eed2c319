//! The scripts that measure, without measuring: the examples of their functions hold, they say what they do, and what
//! `scripts/bench` writes has its form. Numbers are made up here; `docs/benchmarks.md` has those that are not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;
#[path = "clients/python.rs"]
mod python;
#[path = "bench_scripts/rehearsal.rs"]
mod rehearsal;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::world::path_with_uv;
use rehearsal::Rehearsal;

/// All that `scripts/bench` runs, in its order.
const PARTS: [&str; 6] = ["layers", "imports", "publish", "render", "history", "hot-paths"];

/// Loads scripts and modules without running them, and prints how many examples their functions have. The name of a
/// script has no suffix, so Python must be told what it is.
const TESTED: &str = r#"
import doctest, importlib, importlib.machinery, importlib.util, pathlib, sys
tried = 0
for name in sys.argv[1:]:
    path = pathlib.Path(name)
    if path.suffix == ".py":
        module = importlib.import_module(f"benchmarks.{path.stem}")
    else:
        loader = importlib.machinery.SourceFileLoader("script", name)
        module = importlib.util.module_from_spec(importlib.util.spec_from_loader("script", loader))
        loader.exec_module(module)
    failed, of_module = doctest.testmod(module)
    if failed:
        sys.exit(name)
    tried += of_module
print(tried)
"#;
/// Prints the page of a history, all of which has to be runs.
const PAGE: &str = r#"
import pathlib, sys
from benchmarks import page, record
history = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
for line in history.splitlines(keepends=True):
    assert record.read(line).line() == line, line
sys.stdout.write(page.page(record.newest_of_all(history)))
"#;

#[test]
fn the_examples_of_their_functions_hold() {
    let modules = files("scripts/benchmarks").into_iter().filter(|path| path.ends_with(".py"));
    let of_all: Vec<String> = scripts().into_iter().chain(modules).collect();
    let arguments: Vec<&str> = ["-c", TESTED].into_iter().chain(of_all.iter().map(String::as_str)).collect();
    let tried: usize = printed(&arguments).trim().parse().unwrap();
    assert!(tried >= 30, "the examples are not found any more: {tried}");
}

#[test]
fn each_says_what_it_does_and_gives_its_rows() {
    let found: Vec<String> = scripts();
    let mut expected: Vec<String> = PARTS.iter().map(|part| format!("scripts/bench-{part}")).collect();
    expected.insert(0, "scripts/bench".to_owned());
    expected.sort();
    assert_eq!(found, expected);
    for script in found {
        let help = printed(&[&script, "--help"]);
        assert!(help.contains(&format!("    {script} [")), "{script}:\n{help}");
        assert_eq!(help.contains("--rows FILE"), script != "scripts/bench", "{script}:\n{help}");
    }
    let help = printed(&["scripts/bench", "--help"]);
    assert!(PARTS.iter().all(|part| help.contains(&format!("\n    {part} "))), "{help}");
}

#[test]
fn a_name_that_is_none_is_refused_with_those_that_are() {
    let output = python(&["scripts/bench", "layers", "renderer"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(&format!("not known: renderer; there are {}", PARTS.join(", "))), "{said}");
}

#[test]
fn the_page_is_made_of_the_newest_run_of_all_parts() {
    let page = printed(&["-c", PAGE, "tests/bench_scripts/history.jsonl"]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench_scripts/page.md");
    if std::env::var("BLESS").is_ok_and(|value| value == "1") {
        klayers::outside::files::write(&path, page.as_bytes(), klayers::outside::files::Durability::Process).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let difference = similar::TextDiff::from_lines(expected.as_str(), page.as_str()).unified_diff().to_string();
    assert!(difference.is_empty(), "{difference}\nIf this is right, accept it: BLESS=1 cargo nextest run --test bench_scripts, and `scripts/bench --page`");
}

#[test]
fn the_page_that_is_kept_is_that_of_the_history_that_is_kept() {
    let page = printed(&["-c", PAGE, "docs/benchmarks.jsonl"]);
    let kept = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/benchmarks.md")).unwrap();
    let difference = similar::TextDiff::from_lines(kept.as_str(), page.as_str()).unified_diff().to_string();
    assert!(difference.is_empty(), "{difference}\nIf the script is right, `scripts/bench --page` makes the page anew");
}

#[test]
fn a_part_that_fails_is_told_and_the_others_run() {
    let rehearsal = Rehearsal::new(&PARTS);
    let (code, said) = rehearsal.run(&[]);
    assert_eq!(code, Some(0), "{said}");
    let before = rehearsal.read("docs/benchmarks.md");
    assert!(
        before.contains("6 rows; 6 of 6 goals are met.\n")
            && before.contains("\n- program: klayers 0.1.0 (made up)\n")
            && before.contains(", files on ")
            && before.contains(", Rust 1.2.3, Python 3."),
        "{before}"
    );

    rehearsal.break_part("publish");
    let (code, said) = rehearsal.run(&["--quick"]);
    assert_eq!((code, said.as_str()), (Some(1), "publish failed: exit 3\nfailed: publish\n"));
    let page = rehearsal.read("docs/benchmarks.md");
    assert!(page.contains("\n5 rows; 5 of 5 goals are met. Failed, and not in the table: publish.\n"), "{page}");
    assert!(page.contains("\n| hot-paths | what hot-paths does | the usual way | 10 ms | 20 ms | 0.5 | at most 0.5 | yes |\n"), "{page}");
    assert_eq!(rehearsal.read("docs/benchmarks.jsonl").lines().count(), 2);

    // A run of some is kept, and leaves the page as it is; one that is only printed is not kept.
    let (code, said) = rehearsal.run(&["render"]);
    assert_eq!((code, rehearsal.read("docs/benchmarks.jsonl").lines().count()), (Some(0), 3), "{said}");
    let (code, said) = rehearsal.run(&["render", "layers", "--only-print"]);
    assert_eq!((code, rehearsal.read("docs/benchmarks.jsonl").lines().count()), (Some(0), 3), "{said}");
    assert_eq!(rehearsal.read("docs/benchmarks.md"), page);
}

fn scripts() -> Vec<String> {
    files("scripts").into_iter().filter(|path| path.starts_with("scripts/bench") && !path.ends_with("/benchmarks")).collect()
}

/// What is in a folder of the repository, sorted.
fn files(folder: &str) -> Vec<String> {
    let names = klayers::outside::files::names(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    names.into_iter().map(|name| format!("{folder}/{name}")).collect()
}

/// What Python prints, from the root of the repository.
#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let output = python(arguments);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{arguments:?}:\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn python(arguments: &[&str]) -> Output {
    command(&PathBuf::from(env!("CARGO_MANIFEST_DIR")), path_with_uv()).args(arguments).output().unwrap()
}

/// A Python that leaves no bytecode beside what it runs, and knows the modules of the scripts.
#[expect(clippy::disallowed_methods, reason = "runs a script of ours")]
fn command(root: &Path, path: &str) -> Command {
    let mut command = Command::new(python::python_with(&[]));
    command.current_dir(root).env_clear().env("PATH", path).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONPATH", root.join("scripts")).stdin(Stdio::null());
    command
}
