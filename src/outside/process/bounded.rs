//! Programs that may run anything: little is kept of what they say, no pipe that someone holds open is waited for, and all
//! that they started ends with them.

use std::os::unix::process::ExitStatusExt as _;
use std::pin::pin;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::Program;
use super::marked::{Group, Mark};
use crate::outside::OutsideError;

/// Most that [`Program::run_bounded`] keeps of either output, in bytes.
pub const BOUNDED_OUTPUT_MAX_BYTES: usize = 64 << 10;
/// The time for which the pipes are read after all that could write to them was ended.
const DRAIN_LIMIT: Duration = Duration::from_secs(2);

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

impl Program {
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
}

impl End {
    fn of(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exited(code),
            (None, signal) => Self::Signalled(signal.unwrap_or(0)),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
