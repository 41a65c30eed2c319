//! Stands between a client and an emulator of AWS, and disturbs what passes.
//!
//! Once a request was passed on it takes effect, even when its client is gone meanwhile, as it does at AWS.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::{Shutdown, SocketAddr};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{client, server};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::fault::{denied, failed, throttled};
use super::request_log::{Asked, most_in_a_second};
use super::{Fault, Faults};

/// How long [`FaultProxy::settled`] waits.
const SETTLES_WITHIN: Duration = Duration::from_secs(120);

/// A running proxy. It ends when it is dropped.
pub struct FaultProxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
}

struct Shared {
    /// Host and port of the emulator.
    upstream: String,
    plan: Mutex<Plan>,
    asked: Mutex<Vec<Asked>>,
    /// Connections of clients, and requests that were passed on and not answered yet.
    busy: Mutex<usize>,
    is_less_busy: Condvar,
}

/// Whether a request is the one that is meant.
type IsMeant = Box<dyn Fn(&Asked) -> bool + Send>;

struct Plan {
    faults: Faults,
    scripted: Vec<(IsMeant, Fault)>,
    latency: Duration,
}

impl FaultProxy {
    /// Starts a proxy in front of `upstream`, such as `http://127.0.0.1:4566`, that disturbs nothing.
    pub fn to(upstream: &str) -> Self {
        let plan = Plan { faults: Faults::none(), scripted: Vec::new(), latency: Duration::ZERO };
        let upstream = upstream.strip_prefix("http://").unwrap().to_owned();
        let shared = Shared { upstream, plan: Mutex::new(plan), asked: Mutex::default(), busy: Mutex::default(), is_less_busy: Condvar::new() };
        let shared = Arc::new(shared);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener, shared.clone()));
        Self { address, shared, runtime: Some(runtime) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.plan.lock().unwrap().faults = faults;
    }

    /// What happens to the next request that is meant, once. Comes before what the seed says.
    pub fn next(&self, is_meant: impl Fn(&Asked) -> bool + Send + 'static, fault: Fault) {
        self.shared.plan.lock().unwrap().scripted.push((Box::new(is_meant), fault));
    }

    /// How long every request is held from now on before anything happens to it.
    pub fn set_latency(&self, latency: Duration) {
        self.shared.plan.lock().unwrap().latency = latency;
    }

    /// All requests so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// How many requests there were so far.
    pub fn requests(&self) -> usize {
        self.shared.asked.lock().unwrap().len()
    }

    /// How many requests met each fault so far.
    pub fn faults_met(&self) -> BTreeMap<Fault, usize> {
        let mut met = BTreeMap::new();
        for fault in self.asked().into_iter().filter_map(|request| request.fault) {
            *met.entry(fault).or_default() += 1;
        }
        met
    }

    /// The most requests of each region that Lambda got within any one second so far.
    pub fn most_in_a_second(&self) -> BTreeMap<String, usize> {
        most_in_a_second(&self.shared.asked.lock().unwrap())
    }

    /// Returns when all that clients who are gone have sent has taken its effect.
    pub fn settled(&self) {
        // Connections are taken in order, so when this one was taken, those before it were.
        let mut last = std::net::TcpStream::connect(self.address).unwrap();
        last.shutdown(Shutdown::Write).unwrap();
        last.read_to_end(&mut Vec::new()).unwrap();
        let busy = self.shared.busy.lock().unwrap();
        let (busy, _) = self.shared.is_less_busy.wait_timeout_while(busy, SETTLES_WITHIN, |busy| *busy > 0).unwrap();
        assert_eq!(*busy, 0, "some client is still connected");
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

/// Counts as busy for as long as it lives.
struct Busy(Arc<Shared>);

impl Busy {
    fn with(shared: &Arc<Shared>) -> Self {
        *shared.busy.lock().unwrap() += 1;
        Self(shared.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        *self.0.busy.lock().unwrap() -= 1;
        self.0.is_less_busy.notify_all();
    }
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("cut")]
struct Cut;

async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let Ok((connection, _)) = listener.accept().await else { continue };
        let (busy, shared) = (Busy::with(&shared), shared.clone());
        tokio::spawn(async move {
            let _ = connection.set_nodelay(true);
            let service = service_fn(move |request| answer(shared.clone(), request));
            // A client that went away, or one that was cut off, is no error here.
            let _ = server::conn::http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
            drop(busy);
        });
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Cut> {
    let asked = Asked::of(&request);
    let service = asked.service.clone();
    let (fault, latency) = shared.note(asked);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let Some(fault) = fault else { return Ok(pass_on(&shared, request).await) };
    match fault {
        Fault::CutBefore => return Err(Cut),
        Fault::Throttled | Fault::ThrottledForASecond | Fault::Denied | Fault::FailsBefore | Fault::StallsBefore => {
            read(Body::new(request.into_body())).await?
        }
        Fault::FailsAfter | Fault::StallsAfter | Fault::CutAfter => read(pass_on(&shared, request).await.into_body()).await?,
        Fault::CutInTheAnswer => return cut_in_half(pass_on(&shared, request).await).await,
    }
    match fault {
        Fault::Throttled => Ok(throttled(&service, None)),
        Fault::ThrottledForASecond => Ok(throttled(&service, Some(1))),
        Fault::Denied => Ok(denied(&service)),
        Fault::FailsBefore | Fault::FailsAfter => Ok(failed(&service)),
        // The client goes away some time, and this with its connection.
        Fault::StallsBefore | Fault::StallsAfter => std::future::pending().await,
        Fault::CutBefore | Fault::CutAfter | Fault::CutInTheAnswer => Err(Cut),
    }
}

impl Shared {
    /// Writes down what is asked, and says what is to happen to it and how long it is held.
    fn note(&self, mut request: Asked) -> (Option<Fault>, Duration) {
        let mut plan = self.plan.lock().unwrap();
        let mut asked = self.asked.lock().unwrap();
        let scripted = plan.scripted.iter().position(|(is_meant, _)| is_meant(&request)).map(|position| plan.scripted.remove(position).1);
        request.fault = scripted.or_else(|| plan.faults.of(asked.len()));
        let fault = request.fault;
        asked.push(request);
        (fault, plan.latency)
    }
}

/// The emulator's answer. It is waited for apart from the client, which may go away.
async fn pass_on(shared: &Arc<Shared>, request: Request<Incoming>) -> Response<Body> {
    let (busy, upstream) = (Busy::with(shared), shared.upstream.clone());
    let answer = async move {
        let answer = ask(&upstream, request).await;
        drop(busy);
        answer
    };
    let answer = tokio::spawn(answer).await.unwrap();
    answer.unwrap_or_else(|error| {
        let said = format!("the emulator does not answer: {error}");
        Response::builder().status(StatusCode::BAD_GATEWAY).body(Body::from(said)).unwrap()
    })
}

async fn ask(upstream: &str, request: Request<Incoming>) -> Result<Response<Body>, Box<dyn std::error::Error + Send + Sync>> {
    let connection = TcpStream::connect(upstream).await?;
    connection.set_nodelay(true)?;
    let (mut sender, connection) = client::conn::http1::handshake(TokioIo::new(connection)).await?;
    tokio::spawn(connection);
    let mut answer = sender.send_request(request).await?;
    // It speaks of the connection to the emulator, which is another for each request.
    answer.headers_mut().remove(header::CONNECTION);
    Ok(answer.map(Body::new))
}

/// Reads to the end, and forgets.
async fn read(body: Body) -> Result<(), Cut> {
    let mut pieces = body.into_data_stream();
    while let Some(piece) = futures::StreamExt::next(&mut pieces).await {
        piece.map_err(|_| Cut)?;
    }
    Ok(())
}

async fn cut_in_half(answer: Response<Body>) -> Result<Response<Body>, Cut> {
    let (mut head, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| Cut)?;
    if bytes.is_empty() {
        return Err(Cut);
    }
    let pieces: Vec<_> = bytes[..bytes.len() / 2].chunks(16 << 10).map(<[u8]>::to_vec).collect();
    // Between the pieces others run, so that those before are sent when it breaks.
    let broken = futures::stream::unfold(pieces.into_iter(), |mut pieces| async move {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let piece = pieces.next().ok_or(Cut);
        Some((piece, pieces))
    });
    head.headers.remove(header::TRANSFER_ENCODING);
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Ok(Response::from_parts(head, Body::from_stream(broken)))
}
