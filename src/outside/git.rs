//! git: a folder of our own with one commit of somebody's branch, changed and pushed back. Never with force.
//!
//! Only what is said here holds: no settings of the machine or of the user, no hooks, no filters, no questions. A token reaches
//! git by its environment, so that neither a list of processes nor a message can show it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::OutsideError;
use super::files;
use super::process::{Output, Program};

/// The time that a fetch or a push may take. The history is not fetched.
const TIME_LIMIT: Duration = Duration::from_secs(300);
/// Most that is repeated of what git says, in characters.
const SAID_MAX_CHARS: usize = 600;
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

/// Why git did not do it.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It cannot be started, or was too slow.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// git said no.
    #[error("git cannot {action}: {said}")]
    Refused {
        /// What was tried, as a verb.
        action: &'static str,
        /// What it said, without secrets, on one line.
        said: String,
    },
}

impl GitError {
    /// Whether the next time it may go well.
    pub fn is_passing(&self) -> bool {
        const WORDS: [&str; 10] =
            ["Could not resolve host", "Failed to connect", "Connection re", "timed out", "hung up", "early EOF", "error: 429", "error: 50", "TLS", "SSL"];
        match self {
            Self::Outside(error) => matches!(error, OutsideError::TooSlow { .. }),
            Self::Refused { said, .. } => WORDS.iter().any(|word| said.contains(word)),
        }
    }
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// The branch is at our commit.
    Done,
    /// Somebody was faster: the branch is not what was fetched.
    Outrun,
    /// The branch has rules that our commit does not satisfy; what the host said.
    Protected(String),
    /// We may not write there; what the host said.
    Forbidden(String),
    /// Nobody knows; what git said. It may have happened.
    Unclear(String),
}

/// Who commits, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name that the commit carries.
    pub name: String,
    /// The mail address that the commit carries.
    pub email: String,
    /// The time of the commit, in seconds since 1970-01-01 in universal time.
    pub seconds: i64,
}

/// A branch of a repository somewhere.
#[derive(Debug, Clone)]
pub struct Remote {
    url: String,
    branch: String,
    /// The setting with the token, if one is for this host.
    header: Option<(String, String)>,
    token: Option<String>,
}

/// A folder with what a branch was when it was fetched last.
#[derive(Debug)]
pub struct Checkout {
    folder: PathBuf,
    remote: Remote,
}

impl Remote {
    /// The branch `branch` of what the repository around `folder` calls `name`.
    ///
    /// # Errors
    /// When there is no repository, or it has no such remote.
    pub async fn of(folder: &Path, name: &str, branch: &str) -> Result<Self, GitError> {
        let folder = &std::path::absolute(folder).map_err(OutsideError::file("find", folder))?;
        let output = program(folder, &[], &["remote", "get-url", "--push", "--", name]).run().await?;
        let found = accept("tell where the remote is", output, None)?;
        // A path is one from where its repository is.
        let is_path = !found.contains("://") && !found.split('/').next().is_some_and(|first| first.contains(':'));
        let url = if is_path { folder.join(found.trim()).to_string_lossy().into_owned() } else { found.trim().to_owned() };
        Ok(Self { url, branch: branch.to_owned(), header: None, token: None })
    }

    /// Uses `token`, if the remote is at the host `server` (`https://github.com`) and the way there is encrypted.
    #[must_use]
    pub fn with_token(mut self, server: &str, token: &str) -> Self {
        let server = server.trim_end_matches('/');
        let is_there = self.url.strip_prefix(server).is_some_and(|rest| rest.starts_with('/'));
        if server.starts_with("https://") && is_there && !token.is_empty() {
            let basic = STANDARD.encode(format!("x-access-token:{token}"));
            self.header = Some((format!("http.{server}/.extraHeader"), format!("AUTHORIZATION: basic {basic}")));
            self.token = Some(token.to_owned());
        }
        self
    }
}

impl Checkout {
    /// A repository in the empty folder `folder`, into which nothing was fetched yet.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn make(folder: &Path, remote: Remote) -> Result<Self, GitError> {
        let checkout = Self { folder: folder.to_owned(), remote };
        checkout.git("make a repository", &["init", "--quiet", "--initial-branch=klayers"]).await?;
        Ok(checkout)
    }

    /// Makes the folder what the branch is now. What was changed and not pushed is gone.
    ///
    /// # Errors
    /// When the branch cannot be fetched.
    pub async fn fetch(&self) -> Result<(), GitError> {
        let branch = format!("+refs/heads/{}:refs/klayers/fetched", self.remote.branch);
        self.git("fetch the branch", &["fetch", "--quiet", "--no-tags", "--depth=1", "--no-recurse-submodules", "--", &self.remote.url, &branch]).await?;
        self.git("check the branch out", &["checkout", "--quiet", "--force", "--detach", "refs/klayers/fetched"]).await?;
        self.git("remove what is not of the branch", &["clean", "--quiet", "-ffdx"]).await.map(drop)
    }

    /// The commit that the folder is at.
    ///
    /// # Errors
    /// When it cannot be told.
    pub async fn head(&self) -> Result<String, GitError> {
        Ok(self.git("tell the commit", &["rev-parse", "HEAD"]).await?.trim().to_owned())
    }

    /// Commits what is below those of `paths`, which are relative, that have a file. Returns whether there was anything.
    ///
    /// # Errors
    /// When it cannot be committed.
    pub async fn commit(&self, paths: &[&str], message: &str, author: &Author) -> Result<bool, GitError> {
        let mut add = vec!["add", "--all", "--force", "--"];
        let arguments = add.len();
        for path in paths {
            if !files::walk(&self.folder.join(path))?.is_empty() {
                add.push(path);
            }
        }
        if add.len() > arguments {
            self.git("add the files", &add).await?;
        }
        let staged = self.program(&["diff", "--cached", "--quiet"]).run().await?;
        match staged.code {
            Some(0) => return Ok(false),
            Some(1) => {}
            Some(_) | None => return accept("compare", staged, None).map(|_| false),
        }
        let mut commit = self.program(&["commit", "--quiet", "--no-verify", "--cleanup=whitespace", "--file=-"]).input(message);
        for who in ["AUTHOR", "COMMITTER"] {
            commit = commit.environment(format!("GIT_{who}_NAME"), &author.name).environment(format!("GIT_{who}_EMAIL"), &author.email);
            commit = commit.environment(format!("GIT_{who}_DATE"), format!("{} +0000", author.seconds));
        }
        accept("commit", commit.run().await?, None).map(|_| true)
    }

    /// Moves the branch to our commit, if it is still what was fetched.
    ///
    /// # Errors
    /// When git cannot be started.
    pub async fn push(&self) -> Result<Pushed, GitError> {
        let branch = format!("HEAD:refs/heads/{}", self.remote.branch);
        let output = match self.program(&["push", "--quiet", "--porcelain", "--", &self.remote.url, &branch]).run().await {
            Err(OutsideError::TooSlow { after, .. }) => return Ok(Pushed::Unclear(format!("it took longer than {} s", after.as_secs()))),
            output => output?,
        };
        Ok(if output.succeeded() { Pushed::Done } else { Pushed::of(&output, self.remote.token.as_deref()) })
    }

    async fn git(&self, action: &'static str, arguments: &[&str]) -> Result<String, GitError> {
        accept(action, self.program(arguments).run().await?, self.remote.token.as_deref())
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let settings: Vec<(&str, &str)> = self.remote.header.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        program(&self.folder, &settings, arguments)
    }
}

impl Pushed {
    /// What a push that failed means. The host's answer stands in both outputs.
    fn of(output: &Output, token: Option<&str>) -> Self {
        let all = format!("{}\n{}", output.stderr, output.stdout);
        let has = |words: &[&str]| words.iter().any(|word| all.contains(word));
        let said = said(&all, token);
        if has(&["GH006", "GH013", "protected branch", "repository rule violations"]) {
            Self::Protected(said)
        } else if has(&[
            "(fetch first)",
            "non-fast-forward",
            "(stale info)",
            "cannot lock ref",
            "failed to update ref",
            "incorrect old value",
            "fetched commit",
        ]) {
            Self::Outrun
        } else if has(&["hook declined", "(deny", "branch is currently checked out"]) {
            Self::Protected(said)
        } else if has(&[
            "error: 403",
            "error: 401",
            "HTTP 403",
            "HTTP 401",
            "Authentication failed",
            "could not read Username",
            "Permission denied",
            "denied to",
            "Permission to",
        ]) {
            Self::Forbidden(said)
        } else {
            Self::Unclear(said)
        }
    }
}

/// git with `arguments` in `folder`, with our settings and `more`.
fn program(folder: &Path, more: &[(&str, &str)], arguments: &[&str]) -> Program {
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

fn accept(action: &'static str, output: Output, token: Option<&str>) -> Result<String, GitError> {
    if output.succeeded() {
        return Ok(output.stdout);
    }
    Err(GitError::Refused { action, said: said(&output.stderr, token) })
}

/// What git said, on one line: without the token, and without what stands before an `@` in an address.
fn said(text: &str, token: Option<&str>) -> String {
    let mut line = text.split_whitespace().map(without_user).collect::<Vec<_>>().join(" ");
    if let Some(token) = token {
        line = line.replace(token, "***");
    }
    let mut shown: String = line.chars().filter(|character| !character.is_control()).take(SAID_MAX_CHARS).collect();
    if line.chars().nth(SAID_MAX_CHARS).is_some() {
        shown.push('…');
    }
    if shown.is_empty() { "it said nothing".to_owned() } else { shown }
}

fn without_user(word: &str) -> String {
    match word.split_once("://") {
        Some((scheme, rest)) => match rest.split_once('/').unwrap_or((rest, "")).0.rfind('@') {
            Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
            None => word.to_owned(),
        },
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(url: &str) -> Remote {
        Remote { url: url.to_owned(), branch: "main".to_owned(), header: None, token: None }
    }

    #[test]
    fn a_token_is_for_its_host_and_an_encrypted_way_alone() {
        for (url, server, expected) in [
            ("https://github.com/o/r", "https://github.com", true),
            ("https://github.com/o/r", "https://github.com/", true),
            ("http://github.com/o/r", "http://github.com", false),
            ("https://github.com.evil.example/o/r", "https://github.com", false),
            ("https://evil.example/o/r", "https://github.com", false),
            ("git@github.com:o/r", "https://github.com", false),
            ("/tmp/r", "https://github.com", false),
            ("https://github.com/o/r", "", false),
        ] {
            assert_eq!(remote(url).with_token(server, "secret").header.is_some(), expected, "{url} {server}");
        }
        assert!(remote("https://github.com/o/r").with_token("https://github.com", "").header.is_none());
    }

    #[test]
    fn what_a_host_says_of_a_push_is_understood() {
        let pushed = |stderr: &str| Pushed::of(&Output { code: Some(1), stdout: String::new(), stderr: stderr.to_owned() }, Some("secret"));
        let kind = |pushed: Pushed| match pushed {
            Pushed::Done => "done",
            Pushed::Outrun => "outrun",
            Pushed::Protected(_) => "protected",
            Pushed::Forbidden(_) => "forbidden",
            Pushed::Unclear(_) => "unclear",
        };
        for (stderr, expected) in [
            ("! [rejected] HEAD -> main (fetch first)", "outrun"),
            ("! [rejected] HEAD -> main (non-fast-forward)", "outrun"),
            ("! [remote rejected] HEAD -> main (cannot lock ref 'refs/heads/main': is at 12 but expected 34)", "outrun"),
            ("remote: error: GH006: Protected branch update failed for refs/heads/main.", "protected"),
            ("remote: error: GH013: Repository rule violations found for refs/heads/main.\n! [remote rejected] (push declined)", "protected"),
            ("! [remote rejected] HEAD -> main (pre-receive hook declined)", "protected"),
            ("remote: Permission to o/r.git denied to github-actions[bot].\nfatal: unable to access: The requested URL returned error: 403", "forbidden"),
            ("fatal: could not read Username for 'https://github.com': terminal prompts disabled", "forbidden"),
            ("fatal: the remote end hung up unexpectedly", "unclear"),
            ("fatal: bad object 4034014034014034014034014034014034014034", "unclear"),
            ("", "unclear"),
        ] {
            assert_eq!(kind(pushed(stderr)), expected, "{stderr}");
        }
    }

    #[test]
    fn neither_a_token_nor_a_password_is_repeated() {
        let said = said("fatal: unable to access 'https://me:word@host/o/r': secret\n\u{1b}[2J", Some("secret"));
        assert_eq!(said, "fatal: unable to access 'https://host/o/r': *** [2J");
    }
}
