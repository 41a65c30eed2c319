//! How often something is tried, and how long to wait in between.

use std::time::Duration;

/// How often something is tried, and how long to wait in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often in all; at least once.
    pub tries: u32,
    /// The longest wait after the first failure; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest wait after any number of failures.
    pub longest_wait: Duration,
    /// The shortest wait before something is published again of which nobody knows whether it was published: what was
    /// made may be seen a moment later.
    pub doubt: Duration,
}

impl Patience {
    /// Once, and no waiting.
    pub const NONE: Self = Self { tries: 1, first_wait: Duration::ZERO, longest_wait: Duration::ZERO, doubt: Duration::ZERO };

    /// How long to wait after so many failures: any time up to the longest for that count ("full jitter"), so that
    /// those who failed together do not come back together.
    /// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>
    pub fn wait(&self, failures: u32) -> Duration {
        self.longest_wait_after(failures).mul_f64(fastrand::f64())
    }

    fn longest_wait_after(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.first_wait.saturating_mul(doubled).min(self.longest_wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_anything_below() {
        let patience = Patience { tries: 9, first_wait: Duration::from_millis(100), longest_wait: Duration::from_secs(1), doubt: Duration::ZERO };
        let longest: Vec<u128> = [1, 2, 3, 4, 5, 50, u32::MAX].map(|failures| patience.longest_wait_after(failures).as_millis()).into();
        assert_eq!(longest, [100, 200, 400, 800, 1000, 1000, 1000]);
        let waits: Vec<Duration> = (0..100).map(|_| patience.wait(3)).collect();
        assert!(waits.iter().all(|wait| *wait <= Duration::from_millis(400)));
        assert!(waits.iter().any(|wait| *wait < Duration::from_millis(200)) && waits.iter().any(|wait| *wait > Duration::from_millis(200)));
        assert_eq!(Patience::NONE.wait(5), Duration::ZERO);
    }
}
