//! Programs that we start: with a time limit, their output captured and cut.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::OutsideError;

/// Most that is kept of either output of a program, in bytes.
pub const OUTPUT_MAX_BYTES: u64 = 32 << 20;

/// A program with its arguments, to be run once.
#[derive(Debug, Clone)]
pub struct Program {
    name: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    /// Which of our variables it sees; all when nothing is said.
    only: Option<Vec<&'static str>>,
    input: Vec<u8>,
    time_limit: Duration,
}

/// What a program left behind.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its exit code; nothing when a signal ended it.
    pub code: Option<i32>,
    /// What it printed, as text.
    pub stdout: String,
    /// What it said, as text.
    pub stderr: String,
}

impl Output {
    /// Whether it ended well.
    pub fn succeeded(&self) -> bool {
        self.code == Some(0)
    }
}

impl Program {
    /// A program by name or path. It gets two minutes unless told otherwise.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), arguments: Vec::new(), environment: Vec::new(), only: None, input: Vec::new(), time_limit: Duration::from_secs(120) }
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments<S: Into<String>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of its environment; the rest it has from us.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Lets it see only these of our variables: for programs that run the code of strangers.
    #[must_use]
    pub fn with_only(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.only = Some(names.into_iter().collect());
        self
    }

    /// What it reads from standard input. Nothing by default.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// How long it may take.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Runs it to its end. It is killed when the time is over or the future is dropped.
    ///
    /// # Errors
    /// When it cannot be started or is too slow. A failing exit code is not an error here.
    pub async fn run(self) -> Result<Output, OutsideError> {
        let start_error = |source| OutsideError::Start { program: self.name.clone(), source };
        let mut command = tokio::process::Command::new(&self.name);
        if let Some(names) = &self.only {
            command.env_clear().envs(names.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        }
        let mut child = command
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(start_error)?;
        let mut stdin = child.stdin.take().expect("piped");
        let (stdout, stderr) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let feed = async {
            // A program that does not read its input closes it early, which is its own affair.
            let _ = stdin.write_all(&self.input).await;
            drop(stdin);
        };
        let whole = async {
            let ((), stdout, stderr, status) = tokio::join!(feed, capture(stdout), capture(stderr), child.wait());
            Ok((status.map_err(start_error)?, stdout, stderr))
        };
        let (status, stdout, stderr) =
            tokio::time::timeout(self.time_limit, whole).await.map_err(|_| OutsideError::TooSlow { program: self.name.clone(), after: self.time_limit })??;
        Ok(Output { code: status.code(), stdout, stderr })
    }
}

/// Reads to the end so that the program never blocks, and keeps the first part.
async fn capture(mut pipe: impl AsyncRead + Unpin) -> String {
    let mut kept = Vec::new();
    let _ = (&mut pipe).take(OUTPUT_MAX_BYTES).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn input_output_and_code() {
        let output =
            Program::new("sh").arguments(["-c", "cat; echo \"$WORD\" >&2; exit 3"]).input("in").environment("WORD", "said").run().await.expect("started");
        assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(3), "in", "said\n"));
    }

    #[tokio::test]
    async fn of_our_environment_only_what_is_named() {
        let output = Program::new("env").with_only(["PATH", "NO_SUCH_VARIABLE"]).environment("OWN", "1").run().await.expect("started");
        let names: Vec<&str> = output.stdout.lines().filter_map(|line| line.split('=').next()).collect();
        assert_eq!(names, ["OWN", "PATH"]);
    }

    #[tokio::test]
    async fn slow_and_missing_programs_are_errors() {
        let slow = Program::new("sleep").arguments(["60"]).time_limit(Duration::from_millis(50)).run().await;
        assert!(matches!(slow, Err(OutsideError::TooSlow { .. })));
        let missing = Program::new("no-such-program-here").run().await;
        assert!(matches!(missing, Err(OutsideError::Start { .. })));
    }
}
