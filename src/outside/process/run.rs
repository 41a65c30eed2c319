//! Programs that we trust, run to their end.

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::Program;
use super::marked::{Group, Mark};
use crate::outside::OutsideError;

/// Most that is kept of either output of a program, in bytes.
pub const OUTPUT_MAX_BYTES: u64 = 32 << 20;

/// What carries the mark of a program that is to leave nothing.
const MARK_VARIABLE: &str = "STARTED_BY_KLAYERS";

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
    use std::time::Duration;

    use super::super::marked::{alive, end_all};
    use super::*;

    #[tokio::test]
    async fn input_output_and_code() {
        let output =
            Program::new("sh").arguments(["-c", "cat; echo \"$WORD\" >&2; exit 3"]).input("in").environment("WORD", "said").run().await.expect("started");
        assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(3), "in", "said\n"));
    }

    #[tokio::test]
    async fn slow_and_missing_programs_are_errors() {
        let slow = Program::new("sleep").arguments(["60"]).time_limit(Duration::from_millis(50)).run().await;
        assert!(matches!(slow, Err(OutsideError::TooSlow { .. })));
        let missing = Program::new("no-such-program-here").run().await;
        assert!(matches!(missing, Err(OutsideError::Start { .. })));
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
}
