//! Every `klayers …` that help and Markdown show is one that the program knows.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "architecture/repository.rs"]
#[allow(dead_code, reason = "others ask it for more")]
mod repository;

use clap::{Command, CommandFactory as _};
use klayers::commands::Cli;

/// The program's commands, each with the flags that all of them have.
fn program() -> Command {
    let mut program = Cli::command();
    program.build();
    program
}

/// The calls of `klayers` in a line that a shell takes, as words.
fn calls(line: &str) -> Vec<Vec<String>> {
    let line = line.trim().trim_start_matches("$ ").replace("cargo run --release -- ", "klayers ").replace("cargo run -- ", "klayers ");
    let parts = line.split(['|', ';', '(']).flat_map(|part| part.split("&&")).map(|part| part.trim().trim_end_matches(')'));
    let call = |part: &str| part.find("klayers ").filter(|&at| at == 0 || part[..at].ends_with("=$(gh auth token) ")).and_then(|at| shlex::split(&part[at..]));
    parts.filter_map(call).collect()
}

/// What is wrong with a call: the first word that is no command or flag of ours.
fn unknown(program: &Command, words: &[String]) -> Option<String> {
    let mut command = program;
    for word in &words[1..] {
        let flag = word.split('=').next().unwrap();
        if let Some(name) = flag.strip_prefix("--").filter(|name| !name.is_empty()) {
            let is_known = command.get_arguments().any(|argument| argument.get_long() == Some(name));
            if !is_known {
                return Some(format!("`{}` has no `--{name}`", command.get_name()));
            }
        } else if let Some(letter) = flag.strip_prefix('-').and_then(|rest| rest.chars().next()) {
            if !command.get_arguments().any(|argument| argument.get_short() == Some(letter)) {
                return Some(format!("`{}` has no `-{letter}`", command.get_name()));
            }
        } else if command.has_subcommands() && flag != "help" {
            match command.find_subcommand(word) {
                Some(found) => command = found,
                None => return Some(format!("`{}` has no command `{word}`", command.get_name())),
            }
        }
    }
    None
}

/// Blocks of commands; the others are of other languages.
const SHELLS: [&str; 3] = ["console", "sh", "bash"];

/// The lines of a Markdown file that show a call, with their numbers: those of blocks, joined where they go on, and code between words.
fn shown(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut block, mut begun) = (None, String::new());
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(kind) = line.trim_start().strip_prefix("```") {
            block = if block.is_some() { None } else { Some(kind) };
        } else if let Some(kind) = block {
            if !SHELLS.contains(&kind) {
                continue;
            }
            begun += line.trim_end_matches('\\');
            if !line.ends_with('\\') {
                found.push((number, std::mem::take(&mut begun)));
            }
        } else {
            let code = line.split('`').skip(1).step_by(2).filter(|code| code.starts_with("klayers "));
            found.extend(code.map(|code| (number, code.to_owned())));
        }
    }
    found
}

#[test]
fn every_command_that_markdown_shows_is_one() {
    let program = program();
    let (mut seen, mut wrong) = (0, Vec::new());
    for file in repository::tracked().into_iter().filter(|path| path.ends_with(".md") && !path.starts_with("tests/") && !path.starts_with("deployments/")) {
        for (line, shown) in shown(&repository::text(&file)) {
            for words in calls(&shown) {
                seen += 1;
                wrong.extend(unknown(&program, &words).map(|reason| format!("{file}:{line}: `{shown}`: {reason}")));
            }
        }
    }
    assert!(seen > 50, "the commands are not found any more: {seen}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_of_the_help_is_taken_as_it_stands() {
    /// A command and all below it, each with the words that call it.
    fn with_all_below<'a>(command: &'a Command, called: &str) -> Vec<(String, &'a Command)> {
        let below = command.get_subcommands().filter(|command| command.get_name() != "help");
        let below = below.flat_map(|command| with_all_below(command, &format!("{called} {}", command.get_name())));
        std::iter::once((called.to_owned(), command)).chain(below).collect()
    }
    let program = program();
    for (called, command) in with_all_below(&program, "klayers") {
        let examples = command.get_after_help().unwrap_or_else(|| panic!("`{called}` has no examples")).to_string();
        let examples = examples.split("Exit codes:").next().unwrap();
        let calls: Vec<Vec<String>> = examples.lines().filter(|line| !line.trim().starts_with('#')).flat_map(calls).collect();
        assert!(!calls.is_empty() && calls.iter().all(|words| format!("{} ", words.join(" ")).starts_with(&format!("{called} "))), "{called}: {examples}");
        for words in calls {
            // What goes into a file is the shell's.
            let words = words.split(|word| word == ">").next().unwrap();
            Cli::command().try_get_matches_from(words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
        }
    }
}

/// The words in code at the beginnings of a page's rows, below one heading.
fn rows(page: &str, heading: &str) -> Vec<String> {
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).unwrap_or_else(|| panic!("no `{heading}`"));
    let cells = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    cells.filter(|cell| !cell.starts_with("--")).map(str::to_owned).collect()
}

#[test]
fn the_page_of_commands_has_every_command_exit_code_and_variable() {
    let page = repository::text("docs/commands.md");
    let program = program();
    let named: Vec<String> = rows(&page, "# Commands")[1..].iter().map(|cell| cell.trim_matches('`').replace("klayers ", "")).collect();
    let known: Vec<&str> = program.get_subcommands().map(Command::get_name).filter(|name| *name != "help").collect();
    assert_eq!(named, known, "docs/commands.md, in the order of `klayers help`");

    let help = program.get_after_help().unwrap().to_string();
    let codes: Vec<&str> = help.split("Exit codes:\n").nth(1).unwrap().lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(rows(&page, "Exit codes")[1..], codes);

    let variables = |text: &str| -> std::collections::BTreeSet<String> {
        let starts = text.match_indices("KLAYERS_").filter(|(at, _)| !text[..*at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '_'));
        let name =
            |(at, _): (usize, &str)| text[at..].chars().take_while(|letter| letter.is_ascii_uppercase() || *letter == '_' || letter.is_ascii_digit()).collect();
        starts.map(name).collect()
    };
    let sources = repository::tracked().into_iter().filter(|path| path.starts_with("src/") && path.ends_with(".rs"));
    let mut read: std::collections::BTreeSet<String> = sources.flat_map(|path| variables(&repository::text(&path))).collect();
    // Set by the build script and by people's settings of workflows: neither is read by a command.
    let not_read = ["KLAYERS_VERSION", "KLAYERS_SITE_TARGET", "KLAYERS_PAGES"];
    read.retain(|name| !not_read.contains(&name.as_str()));
    assert_eq!(variables(&page), read);
}
