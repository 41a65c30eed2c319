//! The client: what is asked, and answers that are received in their time and size.

use std::sync::{Arc, OnceLock};

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, ORIGIN, RANGE,
};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};

use super::failure::{broken, succeeded};
use super::names::{host, named};
use super::redirects::{ByName, address, follow};
use crate::outside::OutsideError;
use crate::outside::patience::{Pace, Patience};

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
        let request = self.client().get(address(url)?).header(ACCEPT, accept);
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
        let request = self.client().get(address(url)?).header(ACCEPT, "application/json").header(AUTHORIZATION, secret);
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
        let request = self.client().get(address(url)?).header(ORIGIN, "https://elsewhere.example");
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
        let request = self.client().head(address(url)?).timeout(self.patience.connection());
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
        let mut request = self.client().get(address(url)?).header(ACCEPT_ENCODING, "identity");
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
