//! Processes of this machine, found by what they bear: to end those that tried to get away.
//!
//! Reads `/proc`; where there is none, nothing is found.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Most rounds of looking. Each round stops or ends all that it sees, and what is stopped starts nothing new.
const ROUNDS_MAX: usize = 200;
/// Most looks at a process that has arguments and no environment, which may be as it should.
const LOOKS_MAX: usize = 5;
/// How often [`end_all`] waits for a moment: who becomes another program waits for his turn on a busy machine, and who hides both
/// from us holds nobody up.
const WAITS_MAX: usize = 500;
/// More than most environments have.
const PART_BYTES: usize = 1 << 16;
const MOMENT: Duration = Duration::from_millis(1);

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
    let mut waits = WAITS_MAX;
    // Stopped first: a process that is ended makes room for another where their number is limited, a stopped one does not.
    for signal in [Signal::STOP, Signal::KILL] {
        for _ in 0..ROUNDS_MAX {
            let found = bearers(mark, signal == Signal::STOP, &mut waits);
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
    let mut waits = WAITS_MAX;
    bearers(mark, false, &mut waits).len()
}

/// How many processes and threads the user `user` has.
pub fn tasks_of(user: u32) -> u64 {
    let threads = |process: &u32| {
        let status = Status::read(*process).filter(|status| status.user == user)?;
        Some(status.threads)
    };
    all().iter().filter_map(threads).sum()
}

fn bearers(mark: &Mark, only_running: bool, waits: &mut usize) -> Vec<Pid> {
    let own = std::process::id();
    let mut bears = |process: &u32| {
        let Some(status) = Status::read(*process) else { return false };
        let counts = match status.state {
            'Z' | 'X' => false,
            'T' => !only_running,
            _ => true,
        };
        counts && (mark.user == Some(status.user) || has_text(*process, &status, &mark.text, waits))
    };
    let found = all().into_iter().filter(|process| *process != own && bears(process));
    found.filter_map(|process| Pid::from_raw(i32::try_from(process).ok()?)).collect()
}

fn has_text(process: u32, status: &Status, text: &str, waits: &mut usize) -> bool {
    let has = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    // Threads of the system have no memory, and nothing to be read.
    if text.is_empty() || !status.has_memory {
        return false;
    }
    for look in 1.. {
        let [Ok(environment), Ok(arguments)] = ["environ", "cmdline"].map(|file| at_once(&format!("/proc/{process}/{file}"))) else { break };
        if has(&environment) || has(&arguments) {
            return true;
        }
        // What becomes another program has neither for a moment, and then its arguments first.
        let is_told = !environment.is_empty() || !arguments.is_empty() && look >= LOOKS_MAX;
        if is_told || *waits == 0 {
            break;
        }
        *waits -= 1;
        std::thread::sleep(MOMENT);
    }
    false
}

/// A file of `/proc`. In parts it would be cut short where its process becomes another program in between.
fn at_once(path: &str) -> io::Result<Vec<u8>> {
    let (mut file, mut bytes, mut part) = (File::open(path)?, Vec::new(), vec![0; PART_BYTES]);
    loop {
        match file.read(&mut part)? {
            0 => return Ok(bytes),
            read => bytes.extend_from_slice(&part[..read]),
        }
    }
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
    has_memory: bool,
}

impl Status {
    fn read(process: u32) -> Option<Self> {
        let text = String::from_utf8_lossy(&fs::read(format!("/proc/{process}/status")).ok()?).into_owned();
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        Some(Self {
            state: field("State:")?.chars().next()?,
            user: field("Uid:")?.parse().ok()?,
            threads: field("Threads:")?.parse().ok()?,
            has_memory: field("VmSize:").is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
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

    #[tokio::test]
    async fn what_becomes_another_program_all_the_time_is_found() {
        let text = format!("klayers-restless-{}", std::process::id());
        let mark = Mark { user: None, text: text.clone() };
        // It has one number all the time, and mostly no environment that could be read.
        let script = r#"export R='exec sh -c "$R"'; { setsid sh -c 'echo $$; exec >/dev/null 2>&1; eval "$R"' & } | { read p; echo $p; }"#;
        for _ in 0..20 {
            let ended = Program::new("sh").arguments(["-c", script]).environment("BEARS", &text).run_bounded(&Mark::none()).await.expect("started");
            let process: u32 = String::from_utf8_lossy(&ended.stdout).trim().parse().expect("its number");
            let runs = || Status::read(process).is_some_and(|status| !"ZX".contains(status.state));
            assert!(runs());
            end_all(&mark);
            // The system ends it in its own time.
            let begun = std::time::Instant::now();
            while runs() && begun.elapsed() < Duration::from_secs(2) {
                std::thread::park_timeout(MOMENT);
            }
            let is_left = runs();
            let _ = kill_process(Pid::from_raw(i32::try_from(process).expect("small")).expect("not zero"), Signal::KILL);
            assert!(!is_left);
        }
    }

    #[test]
    fn this_process_has_tasks_and_does_not_count_as_a_bearer() {
        let own = Status::read(std::process::id()).expect("Linux");
        assert!(tasks_of(own.user) >= own.threads.min(1));
        assert_eq!(alive(&Mark::none()), 0);
    }
}
