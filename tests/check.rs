//! Every rule of `pipeline/config/` and `pipeline/ledger/` has a fixture: a small repository below
//! `tests/check/` and `expected.txt`, which is all that is said of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use klayers::outside::files::{self, Durability};
use klayers::report::{Format, Printed, Problems};
use klayers::{config, ledger};

const FILE_MAX_BYTES: u64 = 1 << 20;

#[test]
fn every_fixture_says_what_it_is_expected_to_say() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut different = String::new();
    for name in fixtures() {
        let folder = fixtures_dir().join(&name);
        let printed = Printed::new(&problems(&folder), Format::Text).0;
        let path = folder.join("expected.txt");
        if bless {
            files::write(&path, printed.as_bytes(), Durability::Process).expect("written");
            continue;
        }
        let expected = files::read_if_exists(&path, FILE_MAX_BYTES).expect("read").map(|bytes| String::from_utf8(bytes).expect("text"));
        if expected.as_deref() != Some(&printed) {
            let difference = similar::TextDiff::from_lines(expected.as_deref().unwrap_or(""), &printed);
            different += &format!("{}\n", difference.unified_diff().header(&format!("tests/check/{name}/expected.txt"), "what is said now"));
        }
    }
    assert!(different.is_empty(), "\n{different}\nIf this is what should be said: BLESS=1 cargo nextest run --test check, then read the difference in git");
}

#[test]
fn every_problem_code_has_a_fixture_that_shows_it() {
    let fixtures: BTreeSet<String> = fixtures().into_iter().collect();
    let codes: BTreeSet<String> = ["src/config/problem.rs", "src/ledger/problem.rs"].into_iter().flat_map(codes_in).collect();
    assert!(codes.len() >= 20, "the codes are not found any more: {codes:?}");
    for code in &codes {
        assert!(fixtures.contains(code), "`{code}` has no fixture: make `tests/check/{code}/`");
        let shown = problems(&fixtures_dir().join(code)).sorted();
        assert!(shown.iter().any(|problem| problem.code == code.as_str()), "the fixture `{code}` does not show the problem that it is named after");
    }
}

#[test]
fn every_problem_code_is_explained() {
    let bytes = files::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md"), FILE_MAX_BYTES).expect("read");
    let documented: BTreeSet<String> =
        String::from_utf8(bytes).expect("text").lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned())).collect();
    for code in ["src/config/problem.rs", "src/ledger/problem.rs"].into_iter().flat_map(codes_in) {
        assert!(documented.contains(&code), "`{code}` is not in `docs/configuration.md`");
    }
}

#[test]
fn a_fixture_of_one_rule_shows_no_other() {
    // Where other rules must speak too, to show that they still do.
    let of_several = ["blank-line", "everything-at-once", "not-utf-8"];
    for name in fixtures().iter().filter(|name| !of_several.contains(&name.as_str())) {
        let codes: BTreeSet<&str> = problems(&fixtures_dir().join(name)).sorted().iter().map(|problem| problem.code).collect();
        assert!(codes.len() <= 1, "`{name}` shows {codes:?}: remove what it does not need");
    }
}

#[test]
fn the_catalogue_of_this_repository_has_no_problem() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let printed = Printed::new(&problems(root), Format::Text).0;
    assert!(printed.is_empty(), "\n{printed}");
    let catalog = config::read(root).expect("readable").catalog.expect("a catalogue");
    let mut by_name: Vec<_> = catalog.rows.clone();
    by_name.sort_by_key(|row| (row.location.file.clone(), row.request.normalized(), row.location.line));
    for pair in by_name.windows(2).filter(|pair| pair[0].location.file == pair[1].location.file) {
        assert!(pair[0].location.line <= pair[1].location.line, "{}: `{}` stands after a name that sorts after it", pair[0].location.file, pair[0].request);
    }
}

#[test]
fn real_files_of_a_catalogue_in_use_load() {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/klayers-config");
    if !real.is_dir() {
        eprintln!("skipped: {} does not exist", real.display());
        return;
    }
    let root = tempfile::tempdir().expect("a folder");
    let config_dir = root.path().join(config::CONFIG_DIR);
    for name in files::names(&real).expect("listed").iter().filter(|name| name.ends_with(".csv")) {
        let bytes = files::read(&real.join(name), FILE_MAX_BYTES).expect("read");
        files::write(&config_dir.join(name), &bytes, Durability::Process).expect("written");
    }
    files::write(&config_dir.join("klayers.toml"), settings_of_three_pythons().as_bytes(), Durability::Process).expect("written");

    let loaded = config::read(root.path()).expect("readable");
    assert!(!loaded.problems.has_errors(), "\n{}", Printed::new(&loaded.problems, Format::Text).0);
    let catalog = loaded.catalog.expect("a catalogue");
    assert_eq!((catalog.rows.len(), catalog.active_runtimes().count(), catalog.active_regions().count()), (126, 6, 22));
}

fn settings_of_three_pythons() -> String {
    let runtimes = ["3.12", "3.13", "3.14"].map(|python| {
        format!(
            "[runtime.\"{python}\"]\narchitectures = [\"x86_64\", \"arm64\"]\noperating_system = \"AL2023\"\nglibc = \"2.34\"\n\
             state = \"active\"\nend_of_life = 2029-06-30\npackages = [\"packages_{{infix}}.csv\"]\n"
        )
    });
    format!("prefix = \"Klayers\"\nretention_days = 365\n{}", runtimes.concat())
}

fn fixtures_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check")
}

fn fixtures() -> Vec<String> {
    files::names(&fixtures_dir()).expect("listed")
}

/// What `klayers check` finds in the repository at `root`.
fn problems(root: &Path) -> Problems {
    let mut problems = config::read(root).expect("readable").problems;
    problems.extend(ledger::read(&root.join(ledger::LEDGER_DIR), ledger::LEDGER_DIR).expect("readable").problems);
    problems
}

/// The codes that a source file gives to its problems: the first quoted word after each `problem(`.
fn codes_in(file: &str) -> Vec<String> {
    let bytes = files::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file), FILE_MAX_BYTES).expect("read");
    let source = String::from_utf8(bytes).expect("text");
    let calls = source.split("problem(").skip(1);
    calls.filter_map(|call| call.trim_start().strip_prefix('"')?.split_once('"').map(|(code, _)| code.to_owned())).collect()
}
