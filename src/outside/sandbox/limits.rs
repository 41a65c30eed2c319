//! How much a program in a box may use.

use std::time::Duration;

/// The bounds of one run. The defaults are generous for an import and small for a machine: one minute, 3 GiB, 512
/// processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// After this time it is ended, with all that it started.
    pub time: Duration,
    /// Most memory that a process may have for itself, in bytes. Counted as `RLIMIT_DATA` does
    /// ([`getrlimit(2)`](https://man7.org/linux/man-pages/man2/getrlimit.2.html)): address space that is only reserved is
    /// free, or programs that reserve much and use little would fail.
    pub memory_bytes: u64,
    /// Most processes and threads. Lambda allows 1024 of both together.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    pub processes: u64,
    /// Largest file that it may write, in bytes, and all of `/tmp` where that is its own: 512 MiB, as in Lambda.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    pub file_bytes: u64,
    /// Most open files: 1024, as in Lambda. <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    pub open_files: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(60), memory_bytes: 3 << 30, processes: 512, file_bytes: 512 << 20, open_files: 1024 }
    }
}

impl Limits {
    /// The seconds after which a box ends by itself, should nobody be left to end it: five more than its time.
    pub fn seconds_at_most(&self) -> u64 {
        self.time.as_secs() + 5
    }

    /// As arguments of `prlimit`, with `others` processes that the user has already and that count too.
    pub fn prlimit(&self, others: u64) -> Vec<String> {
        let one = |name: &str, value: u64| format!("--{name}={value}:{value}");
        vec![
            "prlimit".to_owned(),
            one("data", self.memory_bytes),
            one("nproc", self.processes + others),
            one("fsize", self.file_bytes),
            one("nofile", self.open_files),
            one("core", 0),
            "--".to_owned(),
        ]
    }
}
