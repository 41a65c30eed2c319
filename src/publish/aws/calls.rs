//! The way of every call: its turn, its time, and whether it is made again.

use std::fmt::Display;
use std::future::Future;
use std::time::Duration;

use aws_sdk_lambda::config::http::HttpResponse;
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};

use tokio::sync::Semaphore;

use super::clients::Manners;
use super::rate::Rates;
use super::refusal::account_error;
use crate::domain::RegionCode;
use crate::publish::{AccountError, Refusal};

/// What an archive may add to the time of a call: one second for so many bytes. Half a megabyte a second is a
/// slow line.
const BYTES_PER_SECOND: u64 = 500_000;
/// How much longer throttling is borne than silence: it is an answer, and says that nothing happened.
const THROTTLED_TRIES: u32 = 3;

/// The longest time that a region may ask for. A run has an end, and the next one makes up for what is open.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// What carries more than this is sent a few at a time, over all regions: more would only share the line.
const SMALL_BYTES: u64 = 1 << 20;
const SENT_AT_ONCE: usize = 16;

/// Makes the calls of one account.
#[derive(Debug)]
pub(super) struct Calls {
    rates: Rates,
    manners: Manners,
    line: Semaphore,
}

/// Whose rate a call counts for, and whether it may be made again after an answer that may mean anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lambda's; twice is once.
    Repeatable,
    /// Lambda's; twice is twice.
    Once,
    /// Of a service with room for thousands; twice is once.
    Unrated,
}

/// What a call is about.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) region: &'a RegionCode,
    pub(super) what: &'a (dyn Display + Sync),
    pub(super) kind: Kind,
    archive_bytes: u64,
    more_time: Duration,
}

impl<'a> About<'a> {
    pub(super) fn new(region: &'a RegionCode, what: &'a (dyn Display + Sync), kind: Kind) -> Self {
        Self { region, what, kind, archive_bytes: 0, more_time: Duration::ZERO }
    }

    /// With so much to send.
    pub(super) fn carrying(self, archive_bytes: usize) -> Self {
        Self { archive_bytes: archive_bytes as u64, ..self }
    }

    /// With so much to do for AWS.
    pub(super) fn slow(self, more_time: Duration) -> Self {
        Self { more_time, ..self }
    }
}

impl Calls {
    pub(super) fn new(manners: Manners) -> Self {
        Self { rates: Rates::new(manners.calls_per_second), manners, line: Semaphore::new(SENT_AT_ONCE) }
    }

    /// Makes a call when it is its turn. What was throttled did not happen, so it is called again; what may have
    /// happened is called again when that does no harm.
    pub(super) async fn make<T, E, F>(&self, about: About<'_>, send: impl Fn() -> F) -> Result<T, AccountError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let patience = self.manners.patience;
        let (mut throttled, mut silent) = (0, 0);
        loop {
            let error = match self.once(about, &send).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let (failures, tries) = if error.is_throttled() {
                throttled += 1;
                (throttled, patience.tries * THROTTLED_TRIES)
            } else if error.is_ambiguous() && about.kind != Kind::Once {
                silent += 1;
                (silent, patience.tries)
            } else {
                return Err(error);
            };
            if failures >= tries {
                return Err(error);
            }
            let wait = self.wait(about, &error, patience.wait(failures));
            tracing::debug!(region = %about.region, about = %about.what, %error, wait_milliseconds = wait.as_millis() as u64, "calling again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn once<T, E, F>(&self, about: About<'_>, send: &impl Fn() -> F) -> Result<T, AccountError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        if about.kind != Kind::Unrated {
            self.rates.of(about.region).turn().await;
        }
        // Last of all: whoever waits for its turn, or for room in memory, must not keep others from sending.
        let _sending = if about.archive_bytes > SMALL_BYTES { Some(self.line.acquire().await.expect("nobody closes it")) } else { None };
        let limit = self.manners.call_limit + about.more_time + Duration::from_secs(about.archive_bytes / BYTES_PER_SECOND);
        match tokio::time::timeout(limit, send()).await {
            Ok(answer) => answer.map_err(|error| account_error(about.region, &about.what, &error)),
            Err(_) => {
                let reason = format!("no answer within {} seconds", limit.as_secs());
                Err(AccountError::Unreachable { region: about.region.clone(), about: about.what.to_string(), reason })
            }
        }
    }

    /// How long to wait: at least as long as the region asks for. When Lambda asks, nobody calls it meanwhile.
    fn wait(&self, about: About<'_>, error: &AccountError, wait: Duration) -> Duration {
        let AccountError::Refused { refusal: Refusal::TooManyRequests { retry_after: Some(asked) }, .. } = error else { return wait };
        let asked = (*asked).min(PAUSE_MAX);
        if about.kind != Kind::Unrated {
            self.rates.of(about.region).pause(asked);
        }
        asked + wait
    }
}
