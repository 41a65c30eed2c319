//! The stand-in as a server. It ends when it is dropped.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::answer::Answer;
use super::fault::Way;
use super::routes::Asked;
use super::state::{Logged, State};
use super::validated;

const BODY_MAX_BYTES: usize = 16 << 20;

/// A running stand-in.
pub struct Stub {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    runtime: Option<Runtime>,
}

impl Stub {
    /// Starts one on a free port.
    pub fn start(state: State) -> Self {
        Self::validated(state, None)
    }

    /// Starts one that asks a validator first, whose verdicts it logs.
    pub fn validated(state: State, validator: Option<String>) -> Self {
        let state = Arc::new(Mutex::new(state));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener, state.clone(), validator));
        Self { address, state, runtime: Some(runtime) }
    }

    /// The address of its API.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it knows now.
    pub fn state(&self) -> State {
        self.lock().clone()
    }

    /// Changes what it knows.
    pub fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut")]
struct Cut;

async fn serve(listener: std::net::TcpListener, state: Arc<Mutex<State>>, validator: Option<String>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let Ok((connection, _)) = listener.accept().await else { continue };
        let (state, validator) = (state.clone(), validator.clone());
        tokio::spawn(async move {
            let _ = connection.set_nodelay(true);
            let service = service_fn(move |request| respond(state.clone(), validator.clone(), request));
            // A client that went away, or one that was cut off, is no error here.
            let _ = server::conn::http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
        });
    }
}

async fn respond(state: Arc<Mutex<State>>, validator: Option<String>, request: Request<Incoming>) -> Result<Response<Body>, Cut> {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = to_bytes(Body::new(body), BODY_MAX_BYTES).await.map_err(|_| Cut)?;
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        token: header("authorization").and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
        api: format!("http://{}", header("host").unwrap_or_default()),
    };
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect();
    let validated = match validator {
        Some(url) => Some(validated::ask(&url, &asked, &headers, body.clone()).await),
        None => None,
    };
    let (way, answer) = decide(&mut state.lock().unwrap(), asked, headers, validated);
    match way {
        Way::Cut => Err(Cut),
        Way::Half => {
            let broken = futures::stream::iter([Ok(Bytes::from_static(b"{\"id\":")), Err(std::io::Error::other("cut"))]);
            Ok(Response::builder().status(200).body(Body::from_stream(broken)).unwrap())
        }
        Way::Answer => Ok(response(answer)),
    }
}

fn decide(state: &mut State, asked: Asked, headers: BTreeMap<String, String>, validated: Option<(u16, String)>) -> (Way, Answer) {
    let now = state.now;
    let fault = state.faults.iter_mut().find(|fault| fault.is_meant(&asked.method, &asked.path));
    let kind = fault.map(|fault| {
        fault.times -= 1;
        fault.kind.clone()
    });
    let done = if kind.as_ref().is_none_or(|kind| kind.is_after()) { Some(state.answer(&asked)) } else { None };
    let (way, answer) = match kind {
        Some(kind) => kind.answer(now),
        None => (Way::Answer, done.expect("it was done")),
    };
    let status = if way == Way::Cut { 0 } else { answer.status };
    state.log.push(Logged { method: asked.method, path: asked.path, query: asked.query, headers, body: asked.body, status, validated });
    let date = jiff::Timestamp::from_second(now).unwrap();
    (way, answer.with("date", &jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap()))
}

fn response(answer: Answer) -> Response<Body> {
    let builder = answer
        .headers
        .iter()
        .fold(Response::builder().status(StatusCode::from_u16(answer.status).unwrap()), |builder, (name, value)| builder.header(name, value));
    builder.body(Body::from(answer.text)).unwrap()
}
