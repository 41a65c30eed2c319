//! What the command line says of itself.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use std::path::{Path, PathBuf};

use common::World;
use klayers::outside::files::{self, Durability};

const COMMANDS: [&str; 22] = [
    "check",
    "plan",
    "build",
    "verify",
    "publish",
    "record",
    "commit",
    "papers",
    "render",
    "deploy",
    "yank",
    "expire",
    "audit",
    "adopt",
    "run",
    "serve",
    "pr",
    "github",
    "init",
    "doctor",
    "completions",
    "man",
];

/// Those that have commands of their own, with these.
const BELOW: [(&str, [&str; 3]); 2] = [("pr", ["plan", "report", "comment"]), ("github", ["incident", "catch-up", "rebuild"])];

/// The words that call each command, the program itself among them.
fn all_called() -> Vec<Vec<&'static str>> {
    let below = BELOW.iter().flat_map(|(command, below)| below.iter().map(move |name| vec![*command, *name]));
    std::iter::once(Vec::new()).chain(COMMANDS.map(|command| vec![command])).chain(below).collect()
}

/// The name of a snapshot.
fn name_of(called: &[&str]) -> String {
    if called.is_empty() { "klayers".to_owned() } else { called.join("-") }
}

#[test]
fn the_help_of_every_command_is_as_it_was_accepted() {
    let world = World::new(&[]);
    let bless = std::env::var_os("BLESS").is_some();
    let mut different = String::new();
    for called in all_called() {
        let name = name_of(&called);
        let arguments = [&called[..], &["--help"]].concat();
        let output = world.command(&arguments).env("COLUMNS", "100").env_remove("KLAYERS_CACHE_DIR").output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{name}");
        let said: String = String::from_utf8(output.stdout).unwrap().lines().map(|line| format!("{}\n", line.trim_end())).collect();
        let path = snapshot(&name);
        if bless {
            files::write(&path, said.as_bytes(), Durability::Process).unwrap();
            continue;
        }
        let accepted = std::fs::read_to_string(&path).unwrap_or_default();
        if accepted != said {
            let difference = similar::TextDiff::from_lines(&accepted, &said);
            different += &format!("{}\n", difference.unified_diff().header(&format!("tests/help/{name}.txt"), "what is said now"));
        }
    }
    assert!(different.is_empty(), "\n{different}\nIf this is what should be said: BLESS=1 cargo nextest run --test help, then read the difference in git");
}

#[test]
fn no_command_is_without_a_snapshot_and_no_snapshot_without_a_command() {
    let help = world_help(&["--help"]);
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    // What is indented further belongs to the line above.
    let name = |line: &'_ str| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')).and_then(|line| line.split(' ').next()).map(str::to_owned);
    let listed: Vec<String> = listed.lines().filter_map(name).filter(|name| name != "help").collect();
    assert_eq!(listed, COMMANDS);
    for (command, below) in BELOW {
        let help = world_help(&[command, "--help"]);
        assert!(below.iter().all(|name| help.contains(&format!("\n  {name} "))), "{help}");
    }
    let mut expected: Vec<String> = all_called().iter().map(|called| format!("{}.txt", name_of(called))).collect();
    expected.sort();
    assert_eq!(files::names(snapshot("klayers").parent().unwrap()).unwrap(), expected);
}

#[test]
fn exit_codes_are_told_and_kept() {
    let world = World::new(&[]);
    let help = world.run(&["--help"]).exits(0).stdout;
    let told: Vec<&str> = help.split("Exit codes:\n").nth(1).unwrap().lines().map(|line| line.trim().split(' ').next().unwrap()).collect();
    assert_eq!(told, ["0", "1", "2", "4"]);
    world.run(&["check", "--no-such-option"]).exits(2).says("--no-such-option");
    world.run(&["no-such-command"]).exits(2).says("no-such-command");
    world.run(&["check", "--format", "xml"]).exits(2).says("text, github, json");
    world.run(&[]).exits(2).says("Usage: klayers");
    // Each by what it is for.
    world.run(&["check"]).exits(0);
    world.run(&["render", "--check"]).exits(4).says("klayers render");
    world.run(&["record", "no-such-file.jsonl"]).exits(2).says("no-such-file.jsonl");
    World::new(&["no such name"]).run(&["check"]).exits(1).says("error[");
    // A release tells its commit in that place.
    let version = world.run(&["--version"]).exits(0).stdout;
    assert_eq!(version, format!("klayers {} (development)\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_and_the_manual_know_every_command() {
    let world = World::new(&[]);
    for shell in ["bash", "zsh", "fish"] {
        let script = world.run(&["completions", shell]).exits(0).stdout;
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: `{command}`");
        }
    }
    world.run(&["completions", "tcsh"]).exits(2).says("bash");
    let manual = world.run(&["man"]).exits(0).stdout;
    assert!(manual.contains(".TH klayers 1"), "{manual}");
    world.run(&["man", "-o", "pages"]).exits(0);
    for command in COMMANDS {
        assert!(manual.contains(command), "`{command}`");
        let page = world.run(&["man", command]).exits(0).stdout;
        assert!(page.contains(&format!(".TH klayers-{command} 1")) && page.contains("Examples:"), "{page}");
        assert_eq!(page, std::fs::read_to_string(world.path(&format!("pages/klayers-{command}.1"))).unwrap());
    }
    assert!(world.path("pages/klayers-pr-plan.1").is_file() && world.run(&["man", "pr", "plan"]).exits(0).stdout.contains("klayers\\-pr\\-plan"));
    world.run(&["man", "no-such"]).exits(2).says("there is no command `no-such`");
}

fn snapshot(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help").join(format!("{name}.txt"))
}

fn world_help(arguments: &[&str]) -> String {
    World::new(&[]).run(arguments).exits(0).stdout
}
