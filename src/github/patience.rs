//! How long to wait for GitHub, and when to stop.
//!
//! Limits as documented: the primary one says when it ends; the secondary one says how long to wait, or else at least a
//! minute, longer each time.
//! <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit>

use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;

use super::answer::{Answer, NoAnswer};
use super::request::Again;

/// How long GitHub is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The longest time that all waits of one client may take together: ten minutes unless told otherwise.
    pub total: Duration,
    /// How often one call is made in all: five times unless told otherwise.
    pub tries: u32,
    /// The wait after its first failure: two seconds unless told otherwise. It doubles with each further one.
    pub first_wait: Duration,
    /// The time that one answer may take: a minute unless told otherwise.
    pub answer: Duration,
}

impl Default for Patience {
    /// Ten minutes in all.
    fn default() -> Self {
        Self { total: Duration::from_secs(600), tries: 5, first_wait: Duration::from_secs(2), answer: Duration::from_secs(60) }
    }
}

/// How waits are done: tests note them instead.
pub trait Pause: std::fmt::Debug + Send + Sync {
    /// Waits for this time.
    fn pause(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Waits in real time.
#[derive(Debug, Clone, Copy)]
pub struct RealPause;

impl Pause for RealPause {
    fn pause(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// What to do after a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It was done.
    Done,
    /// It was refused for a reason that waiting does not mend.
    Refused,
    /// It was not done because of a limit. `until` is the time that GitHub says.
    Limited { wait: Duration, until: Option<Timestamp> },
    /// It failed, and may be done again.
    Again { wait: Duration, reason: String },
    /// It failed, and nobody knows whether it was done.
    Unsure { reason: String },
}

/// The shortest wait for a secondary limit that does not say how long.
const SECONDARY_WAIT: Duration = Duration::from_secs(60);
/// Clocks differ a little, and a limit that ends this second may end at its end.
const AFTER_RESET: Duration = Duration::from_secs(1);

impl Patience {
    /// What to do after `failures` earlier ones of the same call and this outcome of it.
    pub(super) fn next(&self, outcome: &Result<Answer, NoAnswer>, again: Again, failures: u32) -> Next {
        let reason = match outcome {
            Ok(answer) if (200..300).contains(&answer.status) => return Next::Done,
            Ok(answer) if is_limit(answer) => return limited(answer, failures),
            Ok(answer) if matches!(answer.status, 408 | 500..=599) => format!("GitHub answered {}", answer.status),
            Ok(_) | Err(NoAnswer::TooLong) => return Next::Refused,
            Err(NoAnswer::Cut(reason)) => reason.clone(),
        };
        match again {
            Again::Harmless => Next::Again { wait: self.wait(failures), reason },
            Again::LookFirst => Next::Unsure { reason },
        }
    }

    /// How long to wait after so many failures. Any time from half of it on, so that jobs that failed together do not
    /// come back together.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        self.first_wait.saturating_mul(2_u32.saturating_pow(failures)).mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}

fn is_limit(answer: &Answer) -> bool {
    let is_used_up = || answer.header("x-ratelimit-remaining") == Some("0") || answer.header("retry-after").is_some();
    match answer.status {
        429 => true,
        // A missing permission is a 403 as well.
        403 => is_used_up() || answer.message().to_ascii_lowercase().contains("rate limit"),
        _ => false,
    }
}

fn limited(answer: &Answer, failures: u32) -> Next {
    let number = |name: &str| answer.header(name).and_then(|text| text.trim().parse::<u32>().ok());
    if let Some(seconds) = number("retry-after") {
        let wait = Duration::from_secs(seconds.into());
        return Next::Limited { wait, until: date(answer).and_then(|now| now.checked_add(wait).ok()) };
    }
    let reset = number("x-ratelimit-reset").and_then(|reset| Timestamp::from_second(reset.into()).ok());
    // The answer's own date is held against its own reset: our clock may be wrong, theirs is the one that counts.
    match (answer.header("x-ratelimit-remaining"), reset, date(answer)) {
        (Some("0"), Some(reset), Some(now)) => {
            let left = Duration::try_from(reset.duration_since(now)).unwrap_or_default();
            Next::Limited { wait: left + AFTER_RESET, until: Some(reset) }
        }
        _ => Next::Limited { wait: SECONDARY_WAIT.saturating_mul(2_u32.saturating_pow(failures)), until: None },
    }
}

fn date(answer: &Answer) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(answer.header("date")?).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience { total: Duration::ZERO, tries: 1, first_wait: Duration::from_secs(2), answer: Duration::ZERO };
    const DATE: (&str, &str) = ("date", "Sun, 22 Nov 2026 20:00:00 GMT");

    fn next(status: u16, headers: &[(&'static str, &str)], message: &str, again: Again, failures: u32) -> Next {
        let body = serde_json::json!({ "message": message }).to_string().into();
        let headers = headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect();
        PATIENCE.next(&Ok(Answer { status, headers, body }), again, failures)
    }

    fn limited(seconds: u64, until: Option<&str>) -> Next {
        Next::Limited { wait: Duration::from_secs(seconds), until: until.map(|until| until.parse().unwrap()) }
    }

    #[test]
    fn a_limit_is_waited_for_as_its_answer_says() {
        let reset = |seconds: i64| (1_795_377_600 + seconds).to_string();
        let quarter = reset(900);
        let past = reset(-10);
        for again in [Again::Harmless, Again::LookFirst] {
            for (status, headers, message, failures, expected) in [
                (429, vec![("retry-after", "7")], "", 0, limited(7, None)),
                (403, vec![DATE, ("retry-after", "7")], "", 5, limited(7, Some("2026-11-22T20:00:07Z"))),
                (403, vec![DATE, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &quarter)], "", 0, limited(901, Some("2026-11-22T20:15:00Z"))),
                (429, vec![DATE, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &past)], "", 0, limited(1, Some("2026-11-22T19:59:50Z"))),
                (403, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &quarter)], "", 0, limited(60, None)),
                (403, vec![DATE, ("x-ratelimit-remaining", "17")], "You have exceeded a secondary rate limit.", 0, limited(60, None)),
                (403, vec![], "You have exceeded a secondary rate limit.", 2, limited(240, None)),
                (429, vec![], "", 1, limited(120, None)),
                (403, vec![DATE, ("x-ratelimit-remaining", "17")], "Resource not accessible by integration", 0, Next::Refused),
                (404, vec![("x-ratelimit-remaining", "0")], "Not Found", 0, Next::Refused),
                (422, vec![], "Validation Failed", 0, Next::Refused),
                (201, vec![("x-ratelimit-remaining", "0")], "", 0, Next::Done),
            ] {
                assert_eq!(next(status, &headers, message, again, failures), expected, "{status} {headers:?} {message}");
            }
        }
    }

    #[test]
    fn a_failure_is_repeated_only_where_twice_is_as_once() {
        for status in [408, 500, 502, 503] {
            assert!(matches!(next(status, &[], "", Again::Harmless, 0), Next::Again { .. }), "{status}");
            assert!(matches!(next(status, &[], "", Again::LookFirst, 0), Next::Unsure { .. }), "{status}");
        }
        let cut = Err(NoAnswer::Cut("connection reset".to_owned()));
        assert!(matches!(PATIENCE.next(&cut, Again::Harmless, 0), Next::Again { .. }));
        assert_eq!(PATIENCE.next(&cut, Again::LookFirst, 0), Next::Unsure { reason: "connection reset".to_owned() });
        assert_eq!(PATIENCE.next(&Err(NoAnswer::TooLong), Again::Harmless, 0), Next::Refused);
    }

    #[test]
    fn waits_double() {
        for (failures, longest) in [(0, 2), (1, 4), (2, 8), (3, 16)] {
            let waits: Vec<u128> = (0..50).map(|_| PATIENCE.wait(failures).as_millis()).collect();
            assert!(waits.iter().all(|wait| (longest * 500..=longest * 1000).contains(wait)), "{waits:?}");
        }
    }
}
