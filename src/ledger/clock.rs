//! Whether a clock can be right, as far as the record tells: what is deleted by a wrong one is gone.

use jiff::{SignedDuration, Timestamp};

use super::Ledger;

/// A service that is alive records a run every month.
const SILENCE_MAX: SignedDuration = SignedDuration::from_hours(24 * 92);
/// Clocks of machines differ, by less than this.
const AHEAD_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Why a clock is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongClock {
    /// The record is later than the clock, by more than the 24 hours by which clocks of machines may differ.
    #[error("the clock says {now}, and the last line of the ledger is of {latest}, which is later")]
    Behind {
        /// What the clock says.
        now: Timestamp,
        /// The latest time that is recorded.
        latest: Timestamp,
    },
    /// Nothing was recorded for more than 92 days, so that the clock may have jumped.
    #[error("the clock says {now}, and nothing was recorded since {latest}, which is more than three months")]
    Ahead {
        /// What the clock says.
        now: Timestamp,
        /// The latest time that is recorded.
        latest: Timestamp,
    },
}

impl Ledger {
    /// Whether `now` can be the time.
    ///
    /// # Errors
    /// When the record is from the future, or ends long ago.
    pub fn check_clock(&self, now: Timestamp) -> Result<(), WrongClock> {
        let events = self.packages.values().flat_map(|package| package.events.iter().map(super::Event::at));
        match events.chain(self.last_run).max() {
            Some(latest) if now.duration_until(latest) > AHEAD_MAX => Err(WrongClock::Behind { now, latest }),
            Some(latest) if latest.duration_until(now) > SILENCE_MAX => Err(WrongClock::Ahead { now, latest }),
            Some(_) | None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_bounds_what_the_clock_may_say() {
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        let latest = time("2026-11-22T07:00:00Z");
        let ledger = Ledger { last_run: Some(latest), ..Ledger::default() };
        for now in ["2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z", "2027-02-22T07:00:00Z"] {
            assert_eq!(ledger.check_clock(time(now)), Ok(()), "{now}");
        }
        for now in ["2026-11-21T06:59:59Z", "1970-01-01T00:00:00Z"] {
            assert_eq!(ledger.check_clock(time(now)), Err(WrongClock::Behind { now: time(now), latest }));
        }
        for now in ["2027-02-22T07:00:01Z", "2126-11-22T07:00:00Z"] {
            assert_eq!(ledger.check_clock(time(now)), Err(WrongClock::Ahead { now: time(now), latest }));
        }
        assert_eq!(Ledger::default().check_clock(time("2126-11-22T07:00:00Z")), Ok(()));
    }
}
