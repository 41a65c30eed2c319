//! What is said to a terminal, and what to a pipe: colour, bars, and lines no wider than there is room for.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod common;

use std::process::{Command, Stdio};

use common::{Index, Wheel, World};

/// Runs a command on a terminal that is so wide, and hands on what it wrote there. Its exit code is that of the command.
const TERMINAL: &str = r"
import fcntl, os, pty, struct, subprocess, sys, termios
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
process = subprocess.Popen(sys.argv[2:], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
os.close(theirs)
while True:
    try:
        part = os.read(ours, 65536)
    except OSError:  # Nobody has the other end any more.
        break
    if not part:
        break
    sys.stdout.buffer.write(part)
sys.exit(process.wait())
";

/// What `klayers` writes on a terminal, and its exit code.
#[expect(clippy::disallowed_methods, reason = "the binary under test, on a terminal")]
fn on_terminal(world: &World, width: u32, arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let klayers = world.command(arguments);
    let mut command = Command::new("python3");
    command.args(["-c", TERMINAL, &width.to_string()]).arg(klayers.get_program()).args(klayers.get_args()).env_clear().stdin(Stdio::null());
    command.envs(klayers.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("TERM", "xterm").envs(variables.iter().copied());
    let output = command.current_dir(world.path("")).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Escapes that set a colour or a weight: the others only move.
fn has_colour(said: &str) -> bool {
    said.split("\u{1b}[").skip(1).any(|escape| escape.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';').starts_with('m'))
}

#[test]
fn problems_have_colour_on_a_terminal_unless_somebody_wants_none() {
    let world = World::new(&["no such name,,", "alpha,,"]);
    for (arguments, variable, colour) in [
        ("check", None, true),
        ("check", Some(("NO_COLOR", "1")), false),
        ("check", Some(("NO_COLOR", "")), true),
        ("check --color never", None, false),
        ("check --color always", Some(("NO_COLOR", "1")), true),
        ("check --format json", None, false),
    ] {
        let words: Vec<&str> = arguments.split(' ').collect();
        let (code, said) = on_terminal(&world, 80, &words, variable.as_slice());
        assert_eq!((code, has_colour(&said)), (Some(1), colour), "{arguments} {variable:?}: {said:?}");
    }
    let piped = world.run(&["check"]).exits(1);
    assert!(!piped.stderr.contains('\u{1b}') && piped.stderr.contains("error["), "{:?}", piped.stderr);
    assert!(has_colour(&world.run(&["check", "--color", "always"]).exits(1).stderr));
}

#[test]
fn long_work_has_bars_on_a_terminal_and_lines_elsewhere() {
    let index = Index::with(&[Wheel::new("alpha", "1.0")]);
    let world = World::with_index(&["alpha"], &index);
    let build = ["build", "alpha", "--runtime", "p3.13", "-o", "alpha.zip"];
    let (code, said) = on_terminal(&world, 60, &build, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("\u{1b}[") && said.contains("alpha.zip"), "{said:?}");
    let (code, said) = on_terminal(&world, 60, &build, &[("NO_COLOR", "1")]);
    assert_eq!((code, has_colour(&said)), (Some(0), false), "{said:?}");
    let piped = world.run(&build).exits(0);
    assert!(!piped.stderr.contains(['\u{1b}', '\r']) && !piped.stdout.contains('\u{1b}'), "{:?}", piped.stderr);
    assert!(piped.stderr.contains("assemble 1 layers") || piped.stderr.contains("assemble"), "{:?}", piped.stderr);
}

#[test]
fn help_is_as_wide_as_the_terminal_but_not_wider_than_one_reads() {
    let world = World::new(&[]);
    for (width, widest) in [(60, 60), (100, 100), (200, 100)] {
        let (code, said) = on_terminal(&world, width, &["publish", "--help"], &[]);
        // Examples are copied: they are not broken.
        let help = said.split("Examples:").next().unwrap();
        let longest = help.lines().map(|line| line.trim_end().chars().count()).max().unwrap();
        assert_eq!(code, Some(0));
        assert!(longest <= widest && longest > widest - 20, "{width}: {longest}");
        assert!(!has_colour(&said), "help is plain");
    }
}
