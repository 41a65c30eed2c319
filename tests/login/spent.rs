//! Stands before an emulator of AWS and makes all credentials that it gives run out at once.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use tokio::runtime::Runtime;

const BODY_MAX_BYTES: usize = 16 << 20;

/// A running proxy. It ends when it is dropped.
pub struct SpentCredentials {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

struct Shared {
    upstream: String,
    client: reqwest::Client,
}

impl SpentCredentials {
    /// In front of an emulator.
    pub fn of(upstream: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let shared = Arc::new(Shared { upstream: upstream.to_owned(), client: reqwest::Client::builder().no_proxy().build().unwrap() });
        let router = Router::new().fallback(pass_on).with_state(shared);
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, runtime: Some(runtime) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for SpentCredentials {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

async fn pass_on(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_MAX_BYTES).await.unwrap();
    let url = format!("{}{}", shared.upstream, parts.uri.path_and_query().unwrap());
    // The headers as they are, with the host: it is signed.
    let answer = shared.client.request(parts.method, url).headers(parts.headers).body(body).send().await.unwrap();
    let status = answer.status();
    let text = answer.bytes().await.unwrap();
    let text = match std::str::from_utf8(&text) {
        Ok(text) => text.split_inclusive('>').map(spent).collect::<String>().into_bytes(),
        Err(_) => text.to_vec(),
    };
    Response::builder().status(status).body(Body::from(text)).unwrap()
}

/// The time before the end of an `Expiration`, long ago.
fn spent(piece: &str) -> String {
    if piece.ends_with("</Expiration>") { "2020-01-01T00:00:00Z</Expiration>".to_owned() } else { piece.to_owned() }
}
