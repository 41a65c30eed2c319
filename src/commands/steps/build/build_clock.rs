//! How long each of many builds takes that share much of their work: what was done for several of them is split up.

use std::sync::Mutex;
use std::time::Duration;

use crate::domain::Seconds;

/// The time of each build, by its place in the list.
#[derive(Debug)]
pub struct BuildClock(Mutex<Vec<Duration>>);

impl BuildClock {
    /// For this many builds, of which none took any time yet.
    pub fn of(builds: usize) -> Self {
        Self(Mutex::new(vec![Duration::ZERO; builds]))
    }

    /// Splits up what took time for all by how much each build has of the work.
    pub fn share(&self, took: Duration, parts: &[u64]) {
        let total = parts.iter().sum::<u64>().max(1);
        for (at, part) in parts.iter().enumerate() {
            self.add(at, took.mul_f64(*part as f64 / total as f64));
        }
    }

    /// Adds what took time for one build alone.
    pub fn add(&self, at: usize, took: Duration) {
        self.0.lock().expect("nothing panics while it is held")[at] += took;
    }

    /// What a build took.
    pub fn seconds(&self, at: usize) -> Seconds {
        Seconds { build: whole_seconds(self.0.lock().expect("nothing panics while it is held")[at]), check: 0 }
    }
}

/// Whole seconds, rounded up.
pub fn whole_seconds(took: Duration) -> u64 {
    took.as_secs() + u64::from(took.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_work_is_split_up_and_own_work_is_added() {
        let clock = BuildClock::of(3);
        clock.share(Duration::from_secs(100), &[0, 1, 3]);
        clock.add(0, Duration::from_millis(1));
        clock.add(2, Duration::from_millis(4500));
        assert_eq!([0, 1, 2].map(|at| clock.seconds(at).build), [1, 25, 80]);
        BuildClock::of(0).share(Duration::from_secs(1), &[]);
    }
}
