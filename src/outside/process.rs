//! Programs that we start: with a time limit, their output captured and cut.
//!
//! [`Program::run`] is for tools that we trust. [`Program::run_bounded`] is for what may run anything: it
//! keeps little, never waits for a pipe that someone holds open, and ends all that was started.

use std::os::unix::process::ExitStatusExt as _;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
#[cfg(target_os = "linux")]
use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::OutsideError;
use super::processes::{Mark, end_all};

/// Most that is kept of either output of a program, in bytes.
pub const OUTPUT_MAX_BYTES: u64 = 32 << 20;

/// Most that [`Program::run_bounded`] keeps of either output, in bytes.
pub const BOUNDED_OUTPUT_MAX_BYTES: usize = 64 << 10;
/// What carries the mark of a program that is to leave nothing.
const MARK_VARIABLE: &str = "STARTED_BY_KLAYERS";
/// The time for which the pipes are read after all that could write to them was ended.
const DRAIN_LIMIT: Duration = Duration::from_secs(2);

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
    memory_limit: Option<u64>,
    leaves_nothing: bool,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// By the signal of this number.
    Signalled(i32),
    /// By us: its time was over.
    TimeUp,
}

/// What a program that may do anything left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Whether it ended by itself, by a signal, or because its time was over.
    pub end: End,
    /// The first [`BOUNDED_OUTPUT_MAX_BYTES`] of what it printed.
    pub stdout: Vec<u8>,
    /// The last [`BOUNDED_OUTPUT_MAX_BYTES`] of what it said.
    pub stderr: Vec<u8>,
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
        Self {
            name: name.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            only: None,
            input: Vec::new(),
            time_limit: Duration::from_secs(120),
            memory_limit: None,
            leaves_nothing: false,
        }
    }

    /// Adds arguments, behind those that are there.
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

    /// Gives it nothing of our environment but what is set here.
    #[must_use]
    pub fn clean_environment(mut self) -> Self {
        self.only = Some(Vec::new());
        self
    }

    /// What it reads from standard input. Nothing by default.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// How long it may take, instead of two minutes.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How many bytes of memory it may have for its data, where the system can hold it to that: Linux. For programs that
    /// read what strangers send.
    #[must_use]
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// Has all that it started end with it, however it ends: for programs that run the code of strangers. They are found
    /// by a variable of their environment, on Linux.
    #[must_use]
    pub fn leaving_nothing(mut self) -> Self {
        self.leaves_nothing = true;
        self
    }

    /// Runs it to its end. It is killed when the time is over or the future is dropped.
    ///
    /// # Errors
    /// When it cannot be started or is too slow. A failing exit code is not an error here.
    ///
    /// # Panics
    /// Never: all three pipes were asked for.
    pub async fn run(self) -> Result<Output, OutsideError> {
        let start_error = |source| OutsideError::Start { program: self.name.clone(), source };
        let mark = if self.leaves_nothing { Mark::unique() } else { Mark::none() };
        // Before the child, so that it is dropped after it: what is gone starts nothing new.
        let _rest = Group { leader: None, mark: &mark };
        let mut child = self.command().envs(self.leaves_nothing.then_some((MARK_VARIABLE, &mark.text))).spawn().map_err(start_error)?;
        self.limit_memory(child.id());
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

    /// Runs it to its end or to the end of its time, then ends its group of processes and all that bear `mark`.
    /// The same happens when the future is dropped.
    ///
    /// # Errors
    /// When it cannot be started. Being too slow is no error here.
    ///
    /// # Panics
    /// Never: all three pipes were asked for.
    pub async fn run_bounded(self, mark: &Mark) -> Result<Ended, OutsideError> {
        let start_error = |source| OutsideError::Start { program: self.name.clone(), source };
        let mut child = self.command().process_group(0).spawn().map_err(start_error)?;
        let group = Group { leader: child.id(), mark };
        let mut stdin = child.stdin.take().expect("piped");
        let (stdout, stderr) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let (mut kept, mut said) = (Vec::new(), Vec::new());
        let end = {
            let pipes = async {
                let feed = async {
                    let _ = stdin.write_all(&self.input).await;
                    drop(stdin);
                };
                tokio::join!(feed, keep_first(stdout, &mut kept), keep_last(stderr, &mut said));
            };
            let mut pipes = pin!(pipes);
            let mut are_closed = false;
            let ended = async {
                loop {
                    tokio::select! {
                        status = child.wait() => break status,
                        () = &mut pipes, if !are_closed => are_closed = true,
                    }
                }
            };
            let end = match tokio::time::timeout(self.time_limit, ended).await {
                Ok(status) => End::of(status.map_err(start_error)?),
                Err(_) => End::TimeUp,
            };
            drop(group);
            if !are_closed {
                let _ = tokio::time::timeout(DRAIN_LIMIT, pipes).await;
            }
            end
        };
        if end == End::TimeUp {
            let _ = child.wait().await;
        }
        Ok(Ended { end, stdout: kept, stderr: said })
    }

    /// From right after its start on: what it was given before is not much.
    #[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "there is no such call"))]
    fn limit_memory(&self, process: Option<u32>) {
        #[cfg(target_os = "linux")]
        if let (Some(bytes), Some(process)) = (self.memory_limit, process.and_then(|process| Pid::from_raw(i32::try_from(process).ok()?))) {
            // What we have is not ours to raise.
            let most = Some(getrlimit(Resource::Data).maximum.map_or(bytes, |ours| ours.min(bytes)));
            // It may be gone already.
            let _ = prlimit(Some(process), Resource::Data, Rlimit { current: most, maximum: most });
        }
    }

    fn command(&self) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.name);
        if let Some(names) = &self.only {
            command.env_clear().envs(names.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        }
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }
}

impl End {
    fn of(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exited(code),
            (None, signal) => Self::Signalled(signal.unwrap_or(0)),
        }
    }
}

/// A group of processes that ends when this is dropped, with all that left it but bear the mark.
struct Group<'a> {
    leader: Option<u32>,
    mark: &'a Mark,
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if let Some(leader) = self.leader.and_then(|leader| Pid::from_raw(i32::try_from(leader).ok()?)) {
            // It may be gone already.
            let _ = kill_process_group(leader, Signal::KILL);
        }
        end_all(self.mark);
    }
}

/// Reads to the end so that the program never blocks, and keeps the first part.
async fn keep_first(mut pipe: impl AsyncRead + Unpin, kept: &mut Vec<u8>) {
    let _ = (&mut pipe).take(BOUNDED_OUTPUT_MAX_BYTES as u64).read_to_end(kept).await;
    let _ = tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await;
}

/// The same, and keeps the last part: what went wrong is said at the end.
async fn keep_last(mut pipe: impl AsyncRead + Unpin, kept: &mut Vec<u8>) {
    let mut piece = vec![0; 16 << 10];
    while let Ok(count @ 1..) = pipe.read(&mut piece).await {
        kept.extend_from_slice(&piece[..count]);
        if kept.len() > 2 * BOUNDED_OUTPUT_MAX_BYTES {
            kept.drain(..kept.len() - BOUNDED_OUTPUT_MAX_BYTES);
        }
    }
    kept.drain(..kept.len().saturating_sub(BOUNDED_OUTPUT_MAX_BYTES));
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
    use super::super::processes::alive;
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
    async fn a_bounded_program_cannot_hold_us_up() {
        let run = |script: &str, limit| {
            let program = Program::new("sh").arguments(["-c", script]).clean_environment().environment("PATH", "/usr/bin:/bin").time_limit(limit);
            async move { program.run_bounded(&Mark::none()).await.expect("started") }
        };
        let (short, long) = (Duration::from_millis(50), Duration::from_secs(60));
        assert_eq!(run("sleep 60 & echo said; exec sleep 60", short).await.end, End::TimeUp);
        let left = run("sleep 60 & echo said; exit 4", long).await;
        assert_eq!((left.end, left.stdout.as_slice()), (End::Exited(4), b"said\n".as_slice()), "what holds the pipe open does not count");
        let loud = run("yes begin | head -c 300000; echo end >&2; kill -9 $$", long).await;
        assert_eq!((loud.end, loud.stdout.len(), loud.stderr.as_slice()), (End::Signalled(9), BOUNDED_OUTPUT_MAX_BYTES, b"end\n".as_slice()));
        let loud = run("yes begin | head -c 300000 >&2; echo end >&2", long).await;
        assert!(loud.stderr.len() == BOUNDED_OUTPUT_MAX_BYTES && loud.stderr.ends_with(b"end\n"));
        assert_eq!(run("echo $HOME", long).await.stdout, b"\n");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_is_to_leave_nothing_leaves_nothing() {
        let bears = Mark { user: None, text: format!("klayers-leaves-{}", std::process::id()) };
        let away = "setsid sleep 600 >/dev/null 2>&1 </dev/null &";
        for (script, limit) in [(format!("{away} exit 0"), 60_000), (format!("{away} wait"), 300), (format!("{away} sleep 600"), 300)] {
            let program = Program::new("sh").arguments(["-c", &script]).environment("BEARS", &bears.text).time_limit(Duration::from_millis(limit));
            let _ = program.clone().run().await;
            assert_ne!(alive(&bears), 0, "{script}");
            end_all(&bears);
            let _ = program.leaving_nothing().run().await;
            assert_eq!(alive(&bears), 0, "{script}");
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_program_gets_no_more_memory_than_it_may_have() {
        let script = "read line; python3 -c 'print(len(bytearray(300 << 20)))'";
        let run = |limit: u64| Program::new("sh").arguments(["-c", script]).input("go\n").memory_limit(limit).run();
        assert_eq!(run(1 << 30).await.expect("started").stdout, "314572800\n");
        let less = run(100 << 20).await.expect("started");
        assert!(!less.succeeded() && less.stderr.contains("MemoryError"), "{less:?}");
    }

    #[tokio::test]
    async fn slow_and_missing_programs_are_errors() {
        let slow = Program::new("sleep").arguments(["60"]).time_limit(Duration::from_millis(50)).run().await;
        assert!(matches!(slow, Err(OutsideError::TooSlow { .. })));
        let missing = Program::new("no-such-program-here").run().await;
        assert!(matches!(missing, Err(OutsideError::Start { .. })));
    }
}
