//! A program that stays and answers: asked over its standard input, bounded in time and in what it
//! may answer, and killed with all that it knows when it breaks either bound.
//!
//! Both ways speak in frames: a length of four bytes, little-endian, and that many bytes. The calls
//! wait, so they are for threads of their own, not for async code. A worker that loses us sees the end
//! of its input.

use std::io::{self, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::OutsideError;

/// What a program needs of our environment to start at all: some interpreters find their own library by it.
const KEPT_VARIABLES: [&str; 2] = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"];

/// A program that was started and waits for requests.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    requests: Option<Sender<Vec<u8>>>,
    answers: Receiver<io::Result<Vec<u8>>>,
    pipes: Option<JoinHandle<()>>,
}

/// Why a worker did not answer. It is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// It took longer than it may.
    #[error("it took longer than it may")]
    TooSlow,
    /// It answered with more than it may.
    #[error("its answer is too long")]
    TooLong,
    /// It ended; by this signal, if by one.
    #[error("it ended{}", signal.map_or(String::new(), |signal| format!(" by signal {signal}")))]
    Ended {
        /// The number of the signal; nothing when it ended by itself.
        signal: Option<i32>,
    },
}

impl Worker {
    /// Starts `program` with these arguments and variables and nothing else of ours, in a group of
    /// processes of its own so that a key pressed for us does not end it. One answer has at most
    /// `answer_max_bytes`.
    ///
    /// # Errors
    /// When it cannot be started.
    ///
    /// # Panics
    /// Never: both pipes were asked for.
    pub fn start(program: &Path, arguments: &[&str], variables: &[(&str, &str)], answer_max_bytes: u32) -> Result<Self, OutsideError> {
        #[expect(clippy::disallowed_methods, reason = "this is a door")]
        let mut command = std::process::Command::new(program);
        let kept = KEPT_VARIABLES.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.args(arguments).env_clear().envs(kept).envs(variables.iter().copied()).current_dir("/").process_group(0);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| OutsideError::Start { program: program.display().to_string(), source })?;
        let (stdin, stdout) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (requests, to_send) = mpsc::channel();
        let (answered, answers) = mpsc::channel();
        // Writing can block as reading can, so a thread does both and only waiting for it is bounded.
        let pipes = std::thread::spawn(move || serve_pipes(stdin, stdout, &to_send, &answered, answer_max_bytes));
        Ok(Self { child, requests: Some(requests), answers, pipes: Some(pipes) })
    }

    /// The frame that it writes without being asked, for which it has `time_limit`.
    ///
    /// # Errors
    /// When there is none in time.
    pub fn greeting(&mut self, time_limit: Duration) -> Result<Vec<u8>, NoAnswer> {
        self.answer(time_limit)
    }

    /// Sends a request and waits for its answer, for `time_limit` at most.
    ///
    /// # Errors
    /// When there is none in time; the worker is then gone, and so is every later answer.
    pub fn ask(&mut self, request: Vec<u8>, time_limit: Duration) -> Result<Vec<u8>, NoAnswer> {
        // Without a receiver the thread has ended, and why is found below.
        let _ = self.requests.as_ref().map(|requests| requests.send(request));
        self.answer(time_limit)
    }

    fn answer(&mut self, time_limit: Duration) -> Result<Vec<u8>, NoAnswer> {
        match self.answers.recv_timeout(time_limit) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
                self.end();
                Err(NoAnswer::TooLong)
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(NoAnswer::Ended { signal: self.end() }),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                Err(NoAnswer::TooSlow)
            }
        }
    }

    /// Ends it and says by which signal it ended: its own, if it had ended already.
    fn end(&mut self) -> Option<i32> {
        self.requests = None;
        // Whoever closed its output by ending has its status by then, and a kill does not change it.
        let _ = self.child.kill();
        let status = self.child.wait();
        if let Some(pipes) = self.pipes.take() {
            let _ = pipes.join();
        }
        status.ok().and_then(|status| status.signal())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

fn serve_pipes(mut stdin: ChildStdin, mut stdout: ChildStdout, requests: &Receiver<Vec<u8>>, answers: &Sender<io::Result<Vec<u8>>>, limit: u32) {
    let mut read = || {
        let answer = read_frame(&mut stdout, limit);
        let goes_on = answer.is_ok();
        answers.send(answer).is_ok() && goes_on
    };
    if !read() {
        return;
    }
    for request in requests {
        let sent = write_frame(&mut stdin, &request);
        drop(request);
        // Whoever cannot be written to has ended, and reading says so.
        if !read() || sent.is_err() {
            return;
        }
    }
}

fn read_frame(stdout: &mut ChildStdout, limit: u32) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stdout.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > limit {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut frame = Vec::new();
    stdout.take(length.into()).read_to_end(&mut frame)?;
    if frame.len() as u64 == u64::from(length) { Ok(frame) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn write_frame(stdin: &mut ChildStdin, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    stdin.write_all(&length.to_le_bytes())?;
    stdin.write_all(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// A worker that greets with `hi` and then is what `script` makes of it.
    fn shell(script: &str, answer_max_bytes: u32) -> Worker {
        let script = format!("printf '\\2\\0\\0\\0hi'; {script}");
        let mut worker =
            Worker::start(Path::new("/bin/sh"), &["-c", &script], &[("PATH", "/usr/bin:/bin"), ("WORD", "said")], answer_max_bytes).expect("started");
        assert_eq!(worker.greeting(PATIENCE), Ok(b"hi".to_vec()));
        worker
    }

    #[test]
    fn it_answers_until_it_is_dropped() {
        let mut echo = shell("exec cat", 10);
        assert_eq!(echo.ask(b"one".to_vec(), PATIENCE), Ok(b"one".to_vec()));
        assert_eq!(echo.ask(Vec::new(), PATIENCE), Ok(Vec::new()));
        let mut surroundings = shell("read -r line; printf '\\4\\0\\0\\0%s' \"$WORD\"; exec cat", 10);
        assert_eq!(surroundings.ask(b"\n".to_vec(), PATIENCE), Ok(b"said".to_vec()));
    }

    #[test]
    fn those_who_break_their_bounds_are_ended() {
        assert_eq!(shell("exec cat", 10).ask(vec![0; 11], PATIENCE), Err(NoAnswer::TooLong));
        assert_eq!(shell("exec sleep 600", 10).ask(vec![0; 1 << 20], Duration::from_millis(50)), Err(NoAnswer::TooSlow));
        let mut crashed = shell("kill -SEGV $$", 10);
        assert_eq!(crashed.ask(vec![0; 1 << 20], PATIENCE), Err(NoAnswer::Ended { signal: Some(11) }));
        assert_eq!(crashed.ask(Vec::new(), PATIENCE), Err(NoAnswer::Ended { signal: Some(11) }));
        assert_eq!(shell("printf '\\4\\0\\0\\0ab'", 10).ask(Vec::new(), PATIENCE), Err(NoAnswer::Ended { signal: None }));
        assert!(Worker::start(Path::new("/no/such/program"), &[], &[], 10).is_err());
    }
}
