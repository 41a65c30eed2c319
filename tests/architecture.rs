//! What ARCHITECTURE.md promises, found in the sources themselves: who may name whom, the doors to the
//! outside world, sizes, and that what is written in Markdown is there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "architecture/markdown.rs"]
mod markdown;
#[path = "architecture/repository.rs"]
mod repository;
#[path = "architecture/source.rs"]
mod source;

use repository::{exists, text, tracked};
use source::Source;

/// Which module may name which. `commands` may name all. A new arrow is a pull request of its own.
const MODULES: [(&str, &[&str]); 14] = [
    ("domain", &[]),
    ("report", &["domain"]),
    ("outside", &["domain"]),
    ("config", &["domain", "report", "outside"]),
    ("ledger", &["domain", "report", "outside"]),
    ("plan", &["domain", "config", "ledger"]),
    ("resolve", &["domain", "report", "outside"]),
    ("assemble", &["domain", "outside"]),
    ("verify", &["domain", "report", "outside", "assemble"]),
    ("publish", &["domain", "report", "outside", "verify"]),
    ("render", &["domain", "report", "outside", "config", "ledger"]),
    ("deploy", &["domain", "outside"]),
    ("pull", &["domain", "report", "config", "plan", "assemble"]),
    ("github", &["domain", "outside"]),
];

/// What only these files, or all below these folders, may name. A thing that has two doors has a space between them.
const DOORS: [(&str, &[&str]); 15] = [
    ("src/publish/aws/", &["aws_sdk_lambda", "governor"]),
    ("src/publish/aws/ src/outside/aws_login.rs", &["aws_sdk_sts"]),
    ("src/publish/aws/ src/deploy/s3/", &["aws_sdk_s3"]),
    ("src/publish/aws/ src/deploy/s3/ src/outside/aws_login.rs", &["aws_config"]),
    ("src/outside/aws_login.rs", &["aws_credential_types"]),
    ("src/outside/http/", &["reqwest"]),
    ("src/github/", &["octocrab"]),
    ("src/outside/process/", &["tokio::process"]),
    ("src/outside/worker.rs", &["std::process::Command"]),
    ("src/outside/", &["process::Command"]),
    ("src/deploy/server/", &["axum"]),
    // Texts of strangers are made harmless there, whoever says them.
    ("src/outside/terminal.rs", &["io::stdout", "io::stderr", "stdout()", "stderr()", "print!", "println!", "eprint!", "eprintln!", "dbg!"]),
    // What has been made harmless already.
    ("src/outside/terminal.rs src/commands/context.rs src/commands/shell.rs", &["put_as_is"]),
    (
        "src/outside/",
        &["fs::write", "fs::rename", "fs::remove_file", "fs::remove_dir", "fs::remove_dir_all", "fs::create_dir", "fs::create_dir_all", "fs::hard_link"],
    ),
    ("src/outside/", &["fs::copy", "fs::set_permissions", "File::create", "File::create_new", "File::options", "OpenOptions", "unix::fs::symlink"]),
];

const LINES_MAX: usize = 500;
const COMMAND_LINES_MAX: usize = 120;
const MAIN_LINES_MAX: usize = 60;
/// What is read in one sitting.
const PAGE_LINES_MAX: usize = 150;

#[test]
fn a_module_names_only_those_that_it_may() {
    let mut found = Vec::new();
    let mut arrows = 0;
    for source in Source::all() {
        let Some(from) = source.module() else { continue };
        for (line, to) in source.named_modules() {
            arrows += 1;
            let may = from == "commands" || MODULES.iter().any(|(module, may)| *module == from && may.contains(&to.as_str()));
            if to != from && !may {
                found.push(format!("{}:{line}: `{from}` must not name `{to}`", source.path));
            }
        }
    }
    assert!(arrows > 200, "the references are not found any more: {arrows}");
    assert_none(&found, "the table is `MODULES` in tests/architecture.rs and in ARCHITECTURE.md");
}

#[test]
fn every_module_has_its_row() {
    let found: Vec<String> = Source::all()
        .iter()
        .filter_map(|source| source.module().map(str::to_owned))
        .filter(|module| module != "commands" && !MODULES.iter().any(|(known, _)| known == module))
        .map(|module| format!("`{module}`"))
        .collect();
    assert_none(&found, "add a row to `MODULES` in tests/architecture.rs and in ARCHITECTURE.md");
}

#[test]
fn the_table_is_the_one_that_people_read() {
    // Until the page is there, this file is the only table.
    if !tracked().iter().any(|path| path == "ARCHITECTURE.md") {
        return;
    }
    let page = text("ARCHITECTURE.md");
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").collect();
        let may = if cells.last()? == &"nothing" { String::new() } else { (*cells.last()?).to_owned() };
        Some((cells.first()?.trim_end_matches('`').to_owned(), may)).filter(|(module, _)| module != "commands" && cells.len() == 3)
    };
    let written: Vec<(String, String)> = page.lines().filter_map(row).collect();
    let held: Vec<(String, String)> = MODULES.iter().map(|(module, may)| ((*module).to_owned(), may.join(", "))).collect();
    assert_eq!(written, held, "the table of ARCHITECTURE.md and `MODULES` in tests/architecture.rs");
}

#[test]
fn each_foreign_thing_has_one_door() {
    let mut found = Vec::new();
    for source in Source::all() {
        for (door, needles) in DOORS.iter().filter(|(door, _)| !door.split(' ').any(|door| source.path.starts_with(door))) {
            for (line, needle) in source.named_words(needles) {
                found.push(format!("{}:{line}: `{needle}` is for `{door}` alone", source.path));
            }
        }
    }
    assert_none(&found, "go through the door");
    for (door, needles) in DOORS.iter().flat_map(|(doors, needles)| doors.split(' ').map(move |door| (door, *needles))) {
        let used = Source::all().iter().any(|source| source.path.starts_with(door) && !source.named_words(needles).is_empty());
        assert!(used, "`{door}` names none of {needles:?}: the rule watches nothing");
    }
}

#[test]
fn every_source_says_what_it_is() {
    let silent = |source: &Source| !source.text.starts_with("//! ");
    let found: Vec<String> = Source::all().into_iter().filter(silent).map(|source| source.path).collect();
    assert_none(&found, "begin it with `//! ` and a few lines; the page of a module may have thirty");
}

#[test]
fn every_file_that_a_page_of_the_library_names_is_there() {
    let (mut seen, mut found) = (0, Vec::new());
    for source in Source::all() {
        let page = source.text.lines().map_while(|line| line.strip_prefix("//!")).collect::<Vec<_>>().join("\n");
        let names = page.split('`').skip(1).step_by(2).filter(|code| code.ends_with(".rs") && !code.contains(['*', ' ', '<']));
        for name in names {
            seen += 1;
            let beside = format!("{}/{name}", source.path.rsplit_once('/').unwrap().0);
            if !tracked().iter().any(|path| path == name || *path == beside) {
                found.push(format!("{}: `{name}`", source.path));
            }
        }
    }
    assert!(seen > 50, "the names are not found any more: {seen}");
    assert_none(&found, "name it from the root of the repository, or from the folder of the page");
}

#[test]
fn files_are_short_enough() {
    let mut found = Vec::new();
    for path in tracked().into_iter().filter(|path| path.ends_with(".rs")) {
        let limit = if path == "src/main.rs" { MAIN_LINES_MAX } else { LINES_MAX };
        let lines = text(&path).lines().count();
        if lines > limit {
            found.push(format!("{path}: {lines} lines, at most {limit}"));
        }
    }
    for source in Source::all().into_iter().filter(|source| source.path.starts_with("src/commands/")) {
        let lines = source.lines_without_tests();
        if lines > COMMAND_LINES_MAX {
            found.push(format!("{}: {lines} lines, at most {COMMAND_LINES_MAX} in `commands`", source.path));
        }
    }
    let page = text("ARCHITECTURE.md").lines().count();
    if page > PAGE_LINES_MAX {
        found.push(format!("ARCHITECTURE.md: {page} lines, at most {PAGE_LINES_MAX}"));
    }
    assert_none(&found, "split it");
}

#[test]
fn a_mod_file_has_no_logic() {
    let has_logic = |source: &Source| source.path.ends_with("/mod.rs") && source.code().any(|(_, line)| line.split_whitespace().any(|word| word == "fn"));
    let found: Vec<String> = Source::all().into_iter().filter(has_logic).map(|source| source.path).collect();
    assert_none(&found, "move it into a file of its own: `mod.rs` has documentation, `mod` and `pub use`");
}

#[test]
fn every_path_in_markdown_exists() {
    let mut found = Vec::new();
    let mut seen = 0;
    for file in tracked().into_iter().filter(|path| path.ends_with(".md") && !markdown::is_test_material(path)) {
        for (line, path) in markdown::paths(&text(&file)) {
            seen += 1;
            if !markdown::is_made_elsewhere(&path) && !exists(&file, &path) {
                found.push(format!("{file}:{line}: `{path}`"));
            }
        }
    }
    assert!(seen > 10, "the paths are not found any more: {seen}");
    assert_none(&found, "mend the path; one that only exists later goes into `MADE_ELSEWHERE` in tests/architecture/markdown.rs with its reason");
}

#[test]
fn every_test_that_markdown_names_is_one() {
    let sources: Vec<String> = tracked().iter().filter(|path| path.ends_with(".rs")).map(|path| text(path)).collect();
    let mut found = Vec::new();
    let mut seen = 0;
    for file in tracked().into_iter().filter(|path| path.ends_with(".md") && !markdown::is_test_material(path)) {
        for (line, name) in markdown::names_of_tests(&text(&file)) {
            seen += 1;
            let definition = format!("fn {name}(");
            if !sources.iter().any(|source| source.contains(&definition)) {
                found.push(format!("{file}:{line}: `{name}`"));
            }
        }
    }
    assert!(seen > 10, "the names are not found any more: {seen}");
    assert_none(&found, "name the test that tries it");
}

#[test]
fn no_file_names_a_registry_or_the_folder_of_a_developer() {
    // In pieces, so that this file does not name them either.
    let hosts = [["pypi", ".org"], ["files.python", "hosted.org"], ["registry.npm", "js.org"]];
    let homes = [["/ro", "ot/"], ["/ho", "me/"], ["/Us", "ers/"]];
    let needles: Vec<String> = hosts.into_iter().chain(homes).map(|pieces| pieces.concat()).collect();
    let mut found = Vec::new();
    for path in tracked().into_iter().filter(|path| path != "Cargo.lock") {
        for (line, content) in (1..).zip(text(&path).lines()) {
            found.extend(needles.iter().filter(|needle| content.contains(needle.as_str())).map(|needle| format!("{path}:{line}: `{needle}`")));
        }
    }
    assert_none(&found, "uv knows its own index, and a path of one machine is of no use on another");
}

#[track_caller]
fn assert_none(found: &[String], help: &str) {
    assert!(found.is_empty(), "\n{}\nhelp: {help}", found.join("\n"));
}
