//! Processes of this machine, found by what they bear: to end those that tried to get away.
//!
//! Reads `/proc`; where there is none, nothing is found.

use std::fs;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Most rounds of looking. Each round stops or ends all that it sees, and what is stopped starts nothing new.
const ROUNDS_MAX: usize = 200;

/// What tells the processes of one job from all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The user that nothing else runs as, if there is one.
    pub user: Option<u32>,
    /// What is in the environment or among the arguments of nothing else. Empty means nothing.
    pub text: String,
}

impl Mark {
    /// The mark that no process bears.
    pub fn none() -> Self {
        Self { user: None, text: String::new() }
    }

    /// A mark that no process bears yet.
    pub fn unique() -> Self {
        Self { user: None, text: format!("klayers-{:032x}", fastrand::u128(..)) }
    }
}

/// A group of processes that ends when this is dropped, with all that left it but bear the mark.
pub(super) struct Group<'a> {
    pub leader: Option<u32>,
    pub mark: &'a Mark,
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

/// Ends all processes that bear `mark`, and those that they start meanwhile. Returns when none is left.
pub fn end_all(mark: &Mark) {
    if *mark == Mark::none() {
        return;
    }
    // Stopped first: a process that is ended makes room for another where their number is limited, a stopped one does not.
    for signal in [Signal::STOP, Signal::KILL] {
        for _ in 0..ROUNDS_MAX {
            let found = bearers(mark, signal == Signal::STOP);
            if found.is_empty() {
                break;
            }
            for process in found {
                // It may be gone already.
                let _ = kill_process(process, signal);
            }
            std::thread::yield_now();
        }
    }
}

/// How many processes bear `mark`, apart from those that only wait to be collected.
pub fn alive(mark: &Mark) -> usize {
    bearers(mark, false).len()
}

/// How many processes and threads the user `user` has.
pub fn tasks_of(user: u32) -> u64 {
    let threads = |process: &u32| {
        let status = Status::read(*process).filter(|status| status.user == user)?;
        Some(status.threads)
    };
    all().iter().filter_map(threads).sum()
}

fn bearers(mark: &Mark, only_running: bool) -> Vec<Pid> {
    let own = std::process::id();
    let bears = |process: &u32| {
        let Some(status) = Status::read(*process) else { return false };
        let counts = match status.state {
            'Z' | 'X' => false,
            'T' => !only_running,
            _ => true,
        };
        counts && (mark.user == Some(status.user) || has_text(*process, &mark.text))
    };
    let found = all().into_iter().filter(|process| *process != own && bears(process));
    found.filter_map(|process| Pid::from_raw(i32::try_from(process).ok()?)).collect()
}

fn has_text(process: u32, text: &str) -> bool {
    let has = |file: &str| fs::read(format!("/proc/{process}/{file}")).is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()));
    !text.is_empty() && (has("cmdline") || has("environ"))
}

fn all() -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

/// A part of `/proc/<process>/status`.
struct Status {
    state: char,
    user: u32,
    threads: u64,
}

impl Status {
    fn read(process: u32) -> Option<Self> {
        let text = String::from_utf8_lossy(&fs::read(format!("/proc/{process}/status")).ok()?).into_owned();
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        Some(Self { state: field("State:")?.chars().next()?, user: field("Uid:")?.parse().ok()?, threads: field("Threads:")?.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Program;
    use super::*;

    #[tokio::test]
    async fn what_left_its_group_is_found_by_its_mark() {
        let text = format!("klayers-mark-{}", std::process::id());
        let mark = Mark { user: None, text: text.clone() };
        // It says when it is out of the group.
        let script = "{ setsid sh -c 'echo; exec sleep 600 >/dev/null 2>&1' & } | { read _; echo gone; }";
        let program = Program::new("sh").arguments(["-c", script]).environment("BEARS", &text).time_limit(Duration::from_secs(60));
        let ended = program.clone().run_bounded(&Mark::none()).await.expect("started");
        assert_eq!((ended.stdout.as_slice(), alive(&mark)), (b"gone\n".as_slice(), 1));
        program.run_bounded(&mark).await.expect("started");
        assert_eq!(alive(&mark), 0);
    }

    #[test]
    fn this_process_has_tasks_and_does_not_count_as_a_bearer() {
        let own = Status::read(std::process::id()).expect("Linux");
        assert!(tasks_of(own.user) >= own.threads.min(1));
        assert_eq!(alive(&Mark::none()), 0);
    }
}
