//! How long a host may take, and which hosts a run asks no more.
//!
//! A limit on silence alone is none: a byte now and then keeps a connection open for ever. So what is sent has to
//! come at a least rate, too, and to be done after a time. All follows from one number, the silence that is borne,
//! so that whoever has a slow line sets one thing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::OutsideError;

/// Bytes a second below which a host is taken for dead: a wheel of 250 MB then takes at most two hours, and the
/// limit of the whole is half of that. A line with 1 Mbit/s has four times as many.
pub const LEAST_RATE: u64 = 32 << 10;
/// How long a host may send nothing when nobody says otherwise, in seconds.
const SILENCE_DEFAULT: u64 = 30;
/// The longest that a connection may take to be made, however patient one is.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// Failures in a row after which a host is asked nothing more. As many downloads are under way at once.
const FAILURES_MAX: usize = 8;

/// How long hosts are waited for. All limits follow from the silence that is borne; the times below are those of the
/// usual 30 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    silence: Duration,
}

/// How far an answer is.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    patience: Patience,
    began: Instant,
    received: u64,
}

/// Counts how often in a row each host failed. Clones share the count.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    failures: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Default for Patience {
    fn default() -> Self {
        Self::of(Duration::from_secs(SILENCE_DEFAULT))
    }
}

impl Patience {
    /// With hosts that send nothing for as long as this.
    pub fn of(silence: Duration) -> Self {
        Self { silence }
    }

    /// How long a host may send nothing: 30 seconds unless told otherwise.
    pub fn silence(self) -> Duration {
        self.silence
    }

    /// Until a host has to have answered to the wish for a connection: ten seconds, or less where less silence is borne.
    pub fn connection(self) -> Duration {
        self.silence.min(CONNECT_MAX)
    }

    /// The most that one file may take, all tries together: an hour.
    pub fn whole(self) -> Duration {
        self.silence * 120
    }

    /// The first pause before a host is asked again, which doubles from time to time: half a second.
    pub fn pause(self) -> Duration {
        self.silence / 60
    }

    /// The longest pause that a host may ask for, before it is taken for unavailable: a minute.
    pub fn pause_max(self) -> Duration {
        self.silence * 2
    }

    /// What a program gets that asks hosts for us: two minutes.
    pub fn program(self) -> Duration {
        self.silence * 4
    }

    /// Before the rate counts: a minute.
    fn grace(self) -> Duration {
        self.silence * 2
    }
}

impl Pace {
    /// Of an answer that begins now.
    pub fn new(patience: Patience) -> Self {
        Self { patience, began: Instant::now(), received: 0 }
    }

    /// How long the host is waited for.
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Until when more must have come.
    pub fn deadline(&self) -> Instant {
        let earned = Duration::from_secs(self.received / LEAST_RATE);
        self.began + (self.patience.grace() + earned).min(self.patience.whole())
    }

    /// Notes that so many bytes more came.
    pub fn advance(&mut self, bytes: usize) {
        self.received += bytes as u64;
    }

    /// What is said of a host that was too slow.
    pub fn complaint(&self) -> String {
        let seconds = self.began.elapsed().as_secs();
        format!("it sent {} bytes in {seconds} s, which is too slow: `--http-timeout` gives hosts more time", self.received)
    }
}

impl Hosts {
    /// Whether `host` may still be asked.
    ///
    /// # Errors
    /// When it failed too often in a row.
    pub fn may_ask(&self, host: &str) -> Result<(), OutsideError> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner).get(host).copied().unwrap_or(0);
        if failures < FAILURES_MAX {
            return Ok(());
        }
        Err(OutsideError::Unreachable { host: host.to_owned(), reason: format!("it failed {FAILURES_MAX} times in a row and is not asked again in this run") })
    }

    /// It gave an answer, whatever it was.
    pub fn answered(&self, host: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(host);
    }

    /// It failed like this. From the last failure that is borne on, a line of the log tells that it is left alone.
    pub fn failed(&self, host: &str, error: &OutsideError) {
        if !error.is_of_the_whole_host() {
            return self.answered(host);
        }
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failures.entry(host.to_owned()).or_default();
        *count += 1;
        if *count == FAILURES_MAX {
            tracing::warn!(host, %error, "it failed {count} times in a row and is not asked again in this run");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_on_a_slow_line_is_waited_for_and_a_drip_is_not() {
        let patience = Patience::default();
        let mut pace = Pace::new(patience);
        let seconds = |pace: &Pace| pace.deadline().duration_since(pace.began).as_secs();
        assert_eq!((seconds(&pace), patience.program().as_secs(), patience.connection().as_secs()), (60, 120, 10));
        pace.advance(10);
        assert_eq!(seconds(&pace), 60, "a byte earns nothing");
        // 100 MB at 100 kB a second need 1000 s.
        pace.advance(100_000_000);
        assert!((1000..=3600).contains(&seconds(&pace)), "{}", seconds(&pace));
        pace.advance(1 << 40);
        assert_eq!(seconds(&pace), 3600, "nothing is waited for without an end");
    }

    #[test]
    fn a_host_that_fails_and_fails_is_left_alone_and_one_good_answer_counts() {
        let hosts = Hosts::default();
        let down = OutsideError::Unreachable { host: "a".to_owned(), reason: String::new() };
        (1..FAILURES_MAX).for_each(|_| hosts.failed("a", &down));
        hosts.answered("a");
        for _ in 0..FAILURES_MAX {
            hosts.may_ask("a").expect("not yet");
            hosts.failed("a", &down);
        }
        assert!(hosts.may_ask("a").expect_err("given up").to_string().contains("not asked again"));
        for status in [404; FAILURES_MAX] {
            hosts.failed("b", &OutsideError::Status { url: String::new(), status, retry_after: None });
        }
        hosts.may_ask("b").expect("that it lacks a file is an answer");
    }
}
