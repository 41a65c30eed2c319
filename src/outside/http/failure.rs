//! What went wrong, in words that name the host.

use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::Response;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use super::names::{host, named};
use super::redirects::NotFollowed;
use crate::domain::shown;
use crate::outside::OutsideError;
use crate::outside::patience::Patience;

/// The answer, unless it tells of a failure.
///
/// # Errors
/// When it does, or leads nowhere.
pub(super) fn succeeded(url: &str, response: Response) -> Result<Response, OutsideError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    // All others were followed.
    if status.is_redirection() {
        return Err(OutsideError::Refused { url: named(url), reason: format!("it answered {status} and leads to no http address") });
    }
    Err(OutsideError::Status { url: named(url), status: status.as_u16(), retry_after: retry_after(response.headers()) })
}

/// A number of seconds, or a time, which counts from the time that the host says it is: only `main` asks our clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::trim);
    let asked = text(RETRY_AFTER)?;
    if asked.bytes().all(|byte| byte.is_ascii_digit()) && !asked.is_empty() {
        // More digits than a number has are a long time.
        return Some(Duration::from_secs(asked.parse().unwrap_or(u64::MAX)));
    }
    let [then, now] = [asked, text(DATE)?].map(|time| rfc2822::DateTimeParser::new().parse_timestamp(time).ok());
    Some(Duration::try_from(then?.duration_since(now?)).unwrap_or_default())
}

/// What a failed request or a broken answer means.
pub(super) fn broken(url: &str, error: &reqwest::Error, patience: Patience) -> OutsideError {
    if let Some(why_not) = not_followed(error) {
        return OutsideError::Refused { url: named(url), reason: why_not.to_owned() };
    }
    let reason = match (error.is_timeout(), error.is_connect()) {
        (true, true) => format!("no connection within {} s", patience.connection().as_secs()),
        (true, false) => format!("it sent nothing for {} s: `--http-timeout` gives hosts more time", patience.silence().as_secs()),
        (false, _) => shown(innermost(error)),
    };
    if error.is_connect() || error.is_timeout() || error.is_request() {
        OutsideError::Unreachable { host: host(url), reason }
    } else {
        OutsideError::Answer { url: named(url), reason }
    }
}

fn not_followed(error: &reqwest::Error) -> Option<&'static str> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(NotFollowed(why_not)) = error.downcast_ref::<NotFollowed>() {
            return Some(why_not);
        }
        cause = error.source();
    }
    None
}

/// The cause at the bottom says most: "Connection refused" rather than "error sending request".
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_to_come_back_is_a_number_or_a_time() {
        let now = "Sun, 22 Nov 2026 07:00:00 GMT";
        for (asked, expected) in [
            ("7", Some(7)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 22 Nov 2026 07:00:30 GMT", Some(30)),
            ("Sun, 22 Nov 2026 06:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            let headers = [(RETRY_AFTER, asked), (DATE, now)].map(|(name, value)| (name, HeaderValue::from_static(value)));
            assert_eq!(retry_after(&headers.into_iter().collect()), expected.map(Duration::from_secs), "{asked}");
        }
        assert_eq!(retry_after(&[(RETRY_AFTER, HeaderValue::from_static(now))].into_iter().collect()), None, "nobody says what time it is");
    }
}
