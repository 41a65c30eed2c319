//! HTTP: one client, bounded in time and size, with errors that name the host.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::StreamExt as _;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue, ORIGIN, RANGE, RETRY_AFTER,
};
use reqwest::{Response, StatusCode, Url};

use super::OutsideError;

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// A host that sends nothing for this long is taken for dead.
const SILENCE_LIMIT: Duration = Duration::from_secs(30);
const REDIRECTS_MAX: usize = 5;

/// The client. Cheap to clone; connections are shared.
#[derive(Debug, Clone)]
pub struct Http {
    /// Made when it is first wanted: reading the system's certificates takes longer than some commands.
    client: Arc<OnceLock<reqwest::Client>>,
    network: Network,
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
    /// `Access-Control-Allow-Origin`.
    pub allows_origin: Option<String>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// A body that is being received.
#[derive(Debug)]
pub struct Download {
    url: String,
    response: Response,
    /// The offset of its first byte in the whole: 0 unless the host agreed to go on where we were.
    pub starts_at: u64,
    /// Bytes still to come, when the host says.
    pub remaining: Option<u64>,
}

impl Http {
    /// A client for this run.
    pub fn new(network: Network) -> Self {
        Self { client: Arc::default(), network }
    }

    fn client(&self) -> &reqwest::Client {
        self.client.get_or_init(|| {
            reqwest::Client::builder()
                .user_agent(concat!("klayers/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(CONNECT_LIMIT)
                .read_timeout(SILENCE_LIMIT)
                .redirect(reqwest::redirect::Policy::limited(REDIRECTS_MAX))
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

    /// As [`Http::get`], of JSON, as whoever holds the secret `bearer`. It goes to no other host, and into no error.
    ///
    /// # Errors
    /// As [`Http::get`].
    pub async fn get_as(&self, bearer: &str, url: &str, limit: u64) -> Result<Vec<u8>, OutsideError> {
        let mut secret = HeaderValue::try_from(format!("Bearer {bearer}")).map_err(|_| OutsideError::Answer {
            url: without_credentials(url),
            reason: "what would be sent to it as a secret has characters that cannot be sent".to_owned(),
        })?;
        secret.set_sensitive(true);
        let request = self.client().get(parse(url)?).header(ACCEPT, "application/json").header(AUTHORIZATION, secret);
        Ok(self.receive(url, request, limit).await?.1)
    }

    async fn receive(&self, url: &str, request: reqwest::RequestBuilder, limit: u64) -> Result<(String, Vec<u8>), OutsideError> {
        let response = succeeded(url, self.send(url, request).await?)?;
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("").to_owned();
        Ok((content_type, body(url, response, limit).await?))
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
        Ok(Looked { content_type, allows_origin, body: body(url, response, limit).await? })
    }

    /// Whether anything answers at `url`, whatever it says.
    ///
    /// # Errors
    /// When the host is unreachable.
    pub async fn reach(&self, url: &str) -> Result<(), OutsideError> {
        let request = self.client().head(parse(url)?).timeout(CONNECT_LIMIT);
        self.send(url, request).await.map(|_| ())
    }

    /// Begins to download `url` from the byte `from` on, as its bytes are (never decoded).
    ///
    /// # Errors
    /// When the host is unreachable or answers with a failure.
    pub async fn download(&self, url: &str, from: u64) -> Result<Download, OutsideError> {
        let mut request = self.client().get(parse(url)?).header(ACCEPT_ENCODING, "identity");
        if from > 0 {
            request = request.header(RANGE, format!("bytes={from}-"));
        }
        let response = succeeded(url, self.send(url, request).await?)?;
        let goes_on = response.status() == StatusCode::PARTIAL_CONTENT
            && response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok()).is_some_and(|range| range.starts_with(&format!("bytes {from}-")));
        let remaining = response.content_length();
        Ok(Download { url: url.to_owned(), response, starts_at: if goes_on { from } else { 0 }, remaining })
    }

    async fn send(&self, url: &str, request: reqwest::RequestBuilder) -> Result<Response, OutsideError> {
        if self.network == Network::Offline {
            return Err(OutsideError::Unreachable { host: host(url), reason: "`--offline` was given".to_owned() });
        }
        request.send().await.map_err(|error| broken(url, &error))
    }
}

impl Download {
    /// The next bytes, or nothing at the end.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, OutsideError> {
        self.response.chunk().await.map_err(|error| broken(&self.url, &error))
    }
}

/// The host of an address, with its port when it has one; the address itself when it has no host.
pub fn host(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    });
    host.unwrap_or_else(|| url.to_owned())
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

async fn body(url: &str, response: Response, limit: u64) -> Result<Vec<u8>, OutsideError> {
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        body.extend_from_slice(&chunk.map_err(|error| broken(url, &error))?);
        if body.len() as u64 > limit {
            return Err(OutsideError::Answer { url: without_credentials(url), reason: format!("it is larger than {limit} bytes") });
        }
    }
    Ok(body)
}

fn parse(url: &str) -> Result<Url, OutsideError> {
    match Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => Ok(parsed),
        Ok(_) | Err(_) => Err(OutsideError::Answer { url: without_credentials(url), reason: "it is not an http address".to_owned() }),
    }
}

fn succeeded(url: &str, response: Response) -> Result<Response, OutsideError> {
    if response.status().is_success() {
        return Ok(response);
    }
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok()).map(Duration::from_secs);
    Err(OutsideError::Status { url: without_credentials(url), status: response.status().as_u16(), retry_after })
}

fn broken(url: &str, error: &reqwest::Error) -> OutsideError {
    let reason = innermost(error);
    if error.is_connect() || error.is_timeout() || error.is_request() {
        OutsideError::Unreachable { host: host(url), reason }
    } else {
        OutsideError::Answer { url: without_credentials(url), reason }
    }
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
        assert_eq!(host("nonsense"), "nonsense");
        for (url, shown) in [
            ("https://me:secret@index.example/simple", "https://index.example/simple"),
            ("https://me@index.example/a?b=c", "https://index.example/a?b=c"),
            ("https://layers.example/a.zip?versionId=1&X-Amz-Signature=0123&X-Amz-Credential=me", "https://layers.example/a.zip"),
            ("https://index.example/a?b=c#d", "https://index.example/a?b=c#d"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
    }

    #[tokio::test]
    async fn refused_connections_and_other_schemes_are_told_apart() {
        let http = Http::new(Network::Online);
        let refused = http.get("http://127.0.0.1:9/x", "*/*", 10).await.expect_err("nothing listens");
        assert!(matches!(&refused, OutsideError::Unreachable { host, .. } if host == "127.0.0.1:9"), "{refused}");
        let file = http.get("file:///etc/passwd", "*/*", 10).await.expect_err("not http");
        assert!(matches!(file, OutsideError::Answer { .. }));
        let offline = Http::new(Network::Offline).get("http://127.0.0.1:9/x", "*/*", 10).await.expect_err("offline");
        assert!(offline.to_string().contains("--offline"));
    }
}
