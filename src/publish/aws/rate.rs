//! How many calls a region gets. Lambda takes 15 a second of nearly all kinds together, per region and account,
//! and does not raise it. <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#api-requests>

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::time::Instant;

use crate::domain::RegionCode;

/// The rates of all regions.
#[derive(Debug)]
pub(super) struct Rates {
    per_second: NonZeroU32,
    regions: Mutex<BTreeMap<RegionCode, Arc<Rate>>>,
}

/// The rate of one region.
#[derive(Debug)]
pub(super) struct Rate {
    limiter: DefaultDirectRateLimiter,
    paused_until: Mutex<Option<Instant>>,
}

impl Rates {
    pub(super) fn new(per_second: u32) -> Self {
        Self { per_second: NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN), regions: Mutex::default() }
    }

    pub(super) fn of(&self, region: &RegionCode) -> Arc<Rate> {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(regions.entry(region.clone()).or_insert_with(|| Arc::new(Rate::new(self.per_second))))
    }
}

impl Rate {
    /// Evenly: in no second are there more than one call above the rate.
    fn new(per_second: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(NonZeroU32::MIN);
        Self { limiter: RateLimiter::direct(quota), paused_until: Mutex::default() }
    }

    /// Waits until the region may be called.
    pub(super) async fn turn(&self) {
        loop {
            let paused_until = *self.paused();
            match paused_until.filter(|until| *until > Instant::now()) {
                Some(until) => tokio::time::sleep_until(until).await,
                None => break,
            }
        }
        self.limiter.until_ready().await;
    }

    /// Lets nobody call the region for a while: it said when it wants to hear of us again.
    pub(super) fn pause(&self, time: Duration) {
        let until = Instant::now() + time;
        let mut paused_until = self.paused();
        *paused_until = Some(paused_until.map_or(until, |known| known.max(until)));
    }

    fn paused(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.paused_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
