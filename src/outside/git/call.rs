//! One call of git, with our settings alone.

use std::path::Path;
use std::time::Duration;

use super::GitError;
use super::error::said;
use crate::outside::process::{Output, Program};

/// The time that a fetch or a push may take. The history is not fetched.
const TIME_LIMIT: Duration = Duration::from_secs(300);
/// Which of our variables git needs to start and to reach hosts.
const VARIABLES: [&str; 12] = [
    "PATH",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "SSH_AUTH_SOCK",
];
/// Settings that hold whatever a repository says: nothing of it is run, and files are what was committed.
const SETTINGS: [(&str, &str); 13] = [
    ("core.hooksPath", "/dev/null"),
    ("core.attributesFile", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.autocrlf", "false"),
    ("core.symlinks", "false"),
    ("core.sshCommand", "ssh -oBatchMode=yes"),
    ("credential.helper", ""),
    ("protocol.ext.allow", "never"),
    ("submodule.recurse", "false"),
    ("commit.gpgSign", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    // A checkout may belong to another user than the one of a container.
    ("safe.directory", "*"),
];

/// git with `arguments` in `folder`, with our settings and `more`.
pub(super) fn program(folder: &Path, more: &[(&str, &str)], arguments: &[&str]) -> Program {
    let mut program = Program::new("git").with_only(VARIABLES).time_limit(TIME_LIMIT);
    for (name, value) in [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_ATTR_NOSYSTEM", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("HOME", "/nonexistent"),
        ("LC_ALL", "C"),
    ] {
        program = program.environment(name, value);
    }
    let settings: Vec<&(&str, &str)> = SETTINGS.iter().chain(more).collect();
    program = program.environment("GIT_CONFIG_COUNT", settings.len().to_string());
    for (at, (name, value)) in settings.into_iter().enumerate() {
        program = program.environment(format!("GIT_CONFIG_KEY_{at}"), *name).environment(format!("GIT_CONFIG_VALUE_{at}"), *value);
    }
    program.arguments(["-C".to_owned(), folder.to_string_lossy().into_owned()]).arguments(arguments.iter().copied())
}

/// What it printed, or that it failed.
pub(super) fn accept(action: &'static str, output: Output, token: Option<&str>) -> Result<String, GitError> {
    if output.succeeded() {
        return Ok(output.stdout);
    }
    Err(GitError::Refused { action, said: said(&output.stderr, token) })
}
