//! HTTP: one client, bounded in time and size, with errors that name the host.
//!
//! What answers is not trusted: neither with time (`src/outside/patience.rs`), nor with memory, nor with where it sends
//! us next (`src/outside/address.rs`).

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CONTENT_RANGE, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, ORIGIN, RANGE,
    RETRY_AFTER,
};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Response, StatusCode, Url};

use super::OutsideError;
use super::address::{is_never_asked, is_this_machine, literal};
use super::patience::{Pace, Patience};
use crate::domain::shown;

const REDIRECTS_MAX: usize = 5;

/// The client. Cheap to clone; connections are shared.
#[derive(Debug, Clone)]
pub struct Http {
    /// Made when it is first wanted: reading the system's certificates takes longer than some commands.
    client: Arc<OnceLock<reqwest::Client>>,
    network: Network,
    patience: Patience,
}

/// Whether the network may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// As far as it is there.
    Online,
    /// Not at all; what is not in a cache cannot be had.
    Offline,
}

/// An answer, and what its headers say of it.
#[derive(Debug, Clone)]
pub struct Looked {
    /// `Content-Type`; empty when there is none.
    pub content_type: String,
    /// `Access-Control-Allow-Origin`: whose scripts may read it; nothing when there is none.
    pub allows_origin: Option<String>,
    /// All bytes of the answer.
    pub body: Vec<u8>,
}

/// A body that is being received.
#[derive(Debug)]
pub struct Download {
    url: String,
    response: Response,
    pace: Pace,
    /// The offset of its first byte in the whole: 0 unless the host agreed to go on where we were.
    pub starts_at: u64,
    /// Bytes still to come, when the host says.
    pub remaining: Option<u64>,
}

impl Http {
    /// A client for this run.
    pub fn new(network: Network) -> Self {
        Self { client: Arc::default(), network, patience: Patience::default() }
    }

    /// One that waits for hosts as long as this.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { client: Arc::default(), patience, ..self }
    }

    /// How long hosts are waited for.
    pub fn patience(&self) -> Patience {
        self.patience
    }

    fn client(&self) -> &reqwest::Client {
        self.client.get_or_init(|| {
            reqwest::Client::builder()
                .user_agent(concat!("klayers/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(self.patience.connection())
                .read_timeout(self.patience.silence())
                .redirect(Policy::custom(follow))
                // Addresses may have a signature in them, which the next host has no business with.
                .referer(false)
                .dns_resolver(Arc::new(ByName))
                .build()
                .expect("the options are constant")
        })
    }

    /// Whether the network may be used.
    pub fn network(&self) -> Network {
        self.network
    }

    /// Gets a document of at most `limit` bytes, asking for the media type `accept`.
    /// Returns the content type and the body.
    ///
    /// # Errors
    /// When the host is unreachable, answers with a failure, or sends too much.
    pub async fn get(&self, url: &str, accept: &str, limit: u64) -> Result<(String, Vec<u8>), OutsideError> {
        let request = self.client().get(parse(url)?).header(ACCEPT, accept);
        self.receive(url, request, limit).await
    }

    /// As [`Http::get`], of JSON, as whoever holds the secret `bearer`
    /// ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)). It goes to no other host, and into no error.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub async fn get_as(&self, bearer: &str, url: &str, limit: u64) -> Result<Vec<u8>, OutsideError> {
        let mut secret = HeaderValue::try_from(format!("Bearer {bearer}")).map_err(|_| OutsideError::Answer {
            url: named(url),
            reason: "what would be sent to it as a secret has characters that cannot be sent".to_owned(),
        })?;
        secret.set_sensitive(true);
        let request = self.client().get(parse(url)?).header(ACCEPT, "application/json").header(AUTHORIZATION, secret);
        Ok(self.receive(url, request, limit).await?.1)
    }

    async fn receive(&self, url: &str, request: reqwest::RequestBuilder, limit: u64) -> Result<(String, Vec<u8>), OutsideError> {
        let response = succeeded(url, self.send(url, request).await?)?;
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
        Ok((content_type, self.body(url, response, limit).await?))
    }

    /// Looks at an answer as a page of another site would.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub async fn look(&self, url: &str, limit: u64) -> Result<Looked, OutsideError> {
        let request = self.client().get(parse(url)?).header(ORIGIN, "https://elsewhere.example");
        let response = succeeded(url, self.send(url, request).await?)?;
        let header = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (content_type, allows_origin) = (header(CONTENT_TYPE).unwrap_or_default(), header(ACCESS_CONTROL_ALLOW_ORIGIN));
        Ok(Looked { content_type, allows_origin, body: self.body(url, response, limit).await? })
    }

    /// Whether anything answers at `url`, whatever it says.
    ///
    /// # Errors
    /// When the host is unreachable.
    pub async fn reach(&self, url: &str) -> Result<(), OutsideError> {
        let request = self.client().head(parse(url)?).timeout(self.patience.connection());
        self.send(url, request).await.map(|_| ())
    }

    /// Begins to download `url` from the byte `from` on, asking for its bytes as they are. Where the host cannot go on
    /// there, from the beginning.
    ///
    /// # Errors
    /// When the host is unreachable, answers with a failure, or with another part than was asked for.
    pub async fn download(&self, url: &str, from: u64) -> Result<Download, OutsideError> {
        let mut response = self.part(url, from).await?;
        // Its file is no longer than what we have, which then was never a part of it.
        if from > 0 && response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            response = self.part(url, 0).await?;
        }
        let response = succeeded(url, response)?;
        let starts_at = if response.status() == StatusCode::PARTIAL_CONTENT { part_start(response.headers()) } else { Some(0) };
        let starts_at = starts_at
            .filter(|&start| start == from || start == 0)
            .ok_or_else(|| OutsideError::Answer { url: named(url), reason: format!("it is not the part from byte {from} on that was asked for") })?;
        let remaining = response.content_length();
        Ok(Download { url: url.to_owned(), response, pace: Pace::new(self.patience), starts_at, remaining })
    }

    async fn part(&self, url: &str, from: u64) -> Result<Response, OutsideError> {
        let mut request = self.client().get(parse(url)?).header(ACCEPT_ENCODING, "identity");
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        self.send(url, request).await
    }

    async fn body(&self, url: &str, mut response: Response, limit: u64) -> Result<Vec<u8>, OutsideError> {
        let mut body = Vec::new();
        let mut pace = Pace::new(self.patience);
        while let Some(chunk) = next(url, &mut response, &mut pace).await? {
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(OutsideError::TooLarge { url: named(url), limit });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    async fn send(&self, url: &str, request: reqwest::RequestBuilder) -> Result<Response, OutsideError> {
        if self.network == Network::Offline {
            return Err(OutsideError::Unreachable { host: host(url), reason: "`--offline` was given".to_owned() });
        }
        request.send().await.map_err(|error| broken(url, &error, self.patience))
    }
}

impl Download {
    /// The next bytes, or nothing at the end.
    ///
    /// # Errors
    /// When the connection breaks, or what comes is too little for the time that it takes.
    pub async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, OutsideError> {
        next(&self.url, &mut self.response, &mut self.pace).await
    }
}

/// The host of an address, with its port when it has one; the address itself when it has no host.
pub fn host(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    });
    host.unwrap_or_else(|| shown(url))
}

/// An address without the name, the password and the signature that it may carry: with each of these, others could
/// do what we may.
pub fn without_credentials(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    let is_signed = parsed.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case("X-Amz-Signature"));
    if parsed.username().is_empty() && parsed.password().is_none() && !is_signed {
        return url.to_owned();
    }
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    if is_signed {
        parsed.set_query(None);
    }
    parsed.to_string()
}

/// The same, as it may stand in a message: addresses escape what could steer a terminal, and have an end.
pub fn named(url: &str) -> String {
    const SHOWN_MAX_CHARS: usize = 1000;
    match Url::parse(&without_credentials(url)) {
        Ok(parsed) if parsed.as_str().len() <= SHOWN_MAX_CHARS => parsed.to_string(),
        Ok(_) | Err(_) => shown(without_credentials(url)),
    }
}

async fn next(url: &str, response: &mut Response, pace: &mut Pace) -> Result<Option<bytes::Bytes>, OutsideError> {
    let chunk = tokio::time::timeout_at(pace.deadline().into(), response.chunk()).await;
    let too_slow = || OutsideError::Unreachable { host: host(url), reason: pace.complaint() };
    let chunk = chunk.map_err(|_| too_slow())?.map_err(|error| broken(url, &error, pace.patience()))?;
    pace.advance(chunk.as_ref().map_or(0, bytes::Bytes::len));
    Ok(chunk)
}

/// The first byte of a part, which stands in its headers: `bytes 200-999/1000`.
fn part_start(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

fn parse(url: &str) -> Result<Url, OutsideError> {
    let refused = |reason: &str| OutsideError::Refused { url: named(url), reason: reason.to_owned() };
    let parsed = Url::parse(url).ok().filter(|parsed| matches!(parsed.scheme(), "http" | "https")).ok_or_else(|| refused("it is not an http address"))?;
    if parsed.host_str().and_then(literal).is_some_and(is_never_asked) {
        return Err(refused(NEVER_ASKED));
    }
    Ok(parsed)
}

const NEVER_ASKED: &str = "only this machine and its network know that address, and clouds tell their secrets at such";

fn follow(attempt: Attempt) -> Action {
    let why_not = attempt.previous().last().and_then(|from| why_not_from(from, attempt.url()));
    match why_not {
        _ if attempt.previous().len() > REDIRECTS_MAX => attempt.error(NotFollowed("it leads on and on")),
        Some(why_not) => attempt.error(NotFollowed(why_not)),
        None => attempt.follow(),
    }
}

/// Why nobody at `from` may send us to `to`.
fn why_not_from(from: &Url, to: &Url) -> Option<&'static str> {
    let this_machine = |url: &Url| url.host_str().is_some_and(is_this_machine);
    if !matches!(to.scheme(), "http" | "https") {
        Some("it leads to what is no http address")
    } else if from.scheme() == "https" && to.scheme() == "http" {
        Some("it leads from https to http, where anybody on the way may answer")
    } else if to.host_str().and_then(literal).is_some_and(is_never_asked) {
        Some("it leads to an address that only this machine and its network know")
    } else if this_machine(to) && !this_machine(from) {
        Some("it leads to this machine")
    } else {
        None
    }
}

/// Why a redirect is not followed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotFollowed(&'static str);

/// Names as the system knows them, but for addresses that nothing is asked at.
struct ByName;

impl Resolve for ByName {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let mut addresses: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found = addresses.len();
            addresses.retain(|address| !is_never_asked(address.ip()));
            if addresses.is_empty() && found > 0 {
                return Err(NotFollowed(NEVER_ASKED).into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

fn succeeded(url: &str, response: Response) -> Result<Response, OutsideError> {
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

fn broken(url: &str, error: &reqwest::Error, patience: Patience) -> OutsideError {
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
    fn addresses_are_named_without_secrets() {
        assert_eq!(host("https://me:secret@index.example:8443/simple"), "index.example:8443");
        assert_eq!(host("non\x1bsense"), "non\\u{1b}sense");
        for (url, shown) in [
            ("https://me:secret@index.example/simple", "https://index.example/simple"),
            ("https://me@index.example/a?b=c", "https://index.example/a?b=c"),
            ("https://layers.example/a.zip?versionId=1&X-Amz-Signature=0123&X-Amz-Credential=me", "https://layers.example/a.zip"),
            ("https://index.example/a?b=c#d", "https://index.example/a?b=c#d"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
        assert_eq!(named("http://me:secret@index.example/a\x1b[31m\n b"), "http://index.example/a%1B[31m%20b");
        assert_eq!((named("\x1b[31m").as_str(), named(&format!("http://x/{}", "y".repeat(10_000))).chars().count()), ("\\u{1b}[31m", 201));
    }

    #[tokio::test]
    async fn refused_connections_and_other_schemes_are_told_apart() {
        let http = Http::new(Network::Online);
        let refused = http.get("http://127.0.0.1:9/x", "*/*", 10).await.expect_err("nothing listens");
        assert!(matches!(&refused, OutsideError::Unreachable { host, .. } if host == "127.0.0.1:9"), "{refused}");
        let file = http.get("file:///etc/passwd", "*/*", 10).await.expect_err("not http");
        assert!(matches!(file, OutsideError::Refused { .. }));
        let offline = Http::new(Network::Offline).get("http://127.0.0.1:9/x", "*/*", 10).await.expect_err("offline");
        assert!(offline.to_string().contains("--offline"));
    }

    #[test]
    fn redirects_lead_nowhere_that_the_first_host_could_not_be() {
        for (from, to, is_followed) in [
            ("https://index.example/a", "https://files.example/b", true),
            ("http://index.example/a", "https://files.example/b", true),
            ("http://index.example/a", "http://10.0.0.1/b", true),
            ("http://127.0.0.1:1/a", "http://localhost:2/b", true),
            ("https://index.example/a", "http://index.example/b", false),
            ("https://index.example/a", "file:///etc/passwd", false),
            ("http://index.example/a", "http://169.254.169.254/latest/meta-data/", false),
            ("http://127.0.0.1/a", "http://[::ffff:169.254.169.254]/", false),
            ("http://index.example/a", "http://127.0.0.1:8080/", false),
            ("http://index.example/a", "http://2130706433/", false),
            ("http://index.example/a", "http://LOCALHOST./", false),
        ] {
            let url = |text: &str| Url::parse(text).expect(text);
            assert_eq!(why_not_from(&url(from), &url(to)).is_none(), is_followed, "{from} to {to}");
        }
    }

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
