//! A package index on 127.0.0.1: the simple API in JSON, and the files. It counts what is asked of it
//! and can be told to fail.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use klayers::domain::{PackageName, Sha256};

use super::{Sdist, Wheel};

/// What goes wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The index names a hash that is not the file's.
    WrongHash,
    /// The first answer breaks off in the middle.
    BreaksOffOnce,
    /// The first answers are 503.
    UnavailableTwice,
    /// There is no such file.
    Gone,
    /// The index says that it is on a host that does not answer.
    Elsewhere,
    /// The index says that it was withdrawn.
    Yanked,
}

/// File name, bytes, fault.
type File = (String, Vec<u8>, Option<Fault>);

#[derive(Debug, Default)]
struct State {
    /// By normalised name.
    projects: BTreeMap<String, Vec<File>>,
    metadata: BTreeMap<String, String>,
    /// What `/pypi/<name>/<version>/json` answers, by that path.
    releases: BTreeMap<String, String>,
    /// Requests of each path, with the byte from which on it was asked for.
    asked: Vec<(String, u64)>,
}

/// The running index. It ends when it is dropped.
pub struct Index {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Index {
    /// Starts an empty index on a free port.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = std::sync::mpsc::channel();
        let shared = state.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap();
                tell.send(address).unwrap();
                let app = Router::new().fallback(move |uri: Uri, headers: HeaderMap| {
                    let answer = answer(&mut shared.lock().unwrap(), &uri, &headers);
                    async move { answer }
                });
                let _ = axum::serve(listener, app).with_graceful_shutdown(async { stopped.await.unwrap_or(()) }).await;
            });
        });
        Self { address: told.recv().unwrap(), state, stop: Some(stop), thread: Some(thread) }
    }

    /// An index with these wheels.
    pub fn with(wheels: &[Wheel]) -> Self {
        let index = Self::start();
        wheels.iter().for_each(|wheel| index.add(wheel));
        index
    }

    /// What `UV_DEFAULT_INDEX` must be.
    pub fn url(&self) -> String {
        format!("http://{}/simple", self.address)
    }

    /// The same with a name and a password in it, which it does not ask for.
    pub fn url_with_credentials(&self) -> String {
        format!("http://somebody:secret@{}/simple", self.address)
    }

    /// `127.0.0.1:port`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Adds a wheel.
    pub fn add(&self, wheel: &Wheel) {
        self.add_file(wheel, None);
    }

    /// Adds a wheel that cannot be had as it should.
    pub fn add_with_fault(&self, wheel: &Wheel, fault: Fault) {
        self.add_file(wheel, Some(fault));
    }

    /// Adds a source distribution.
    pub fn add_source(&self, sdist: &Sdist) {
        self.project(sdist.name(), sdist.filename(), sdist.bytes(), None);
    }

    /// Adds a source distribution by its name alone: it is never downloaded.
    pub fn add_sdist(&self, project: &str, filename: &str) {
        self.project(project, filename.to_owned(), Vec::new(), None);
    }

    /// Answers `/pypi/<name>/<version>/json` with the files that it has and these vulnerabilities.
    pub fn report(&self, name: &str, version: &str, vulnerabilities: serde_json::Value) {
        let mut state = self.state.lock().unwrap();
        let files: Vec<serde_json::Value> =
            state.projects[name].iter().filter(|(filename, _, _)| filename.contains(&format!("-{version}-"))).map(release_file).collect();
        let release = serde_json::json!({"info": {"description": "long"}, "urls": files, "vulnerabilities": vulnerabilities});
        state.releases.insert(format!("/pypi/{name}/{version}/json"), release.to_string());
    }

    /// How often a path was asked for.
    pub fn times_asked(&self, path: &str) -> usize {
        self.state.lock().unwrap().asked.iter().filter(|(asked, _)| asked == path).count()
    }

    /// How often a file was asked for.
    pub fn downloads(&self, filename: &str) -> Vec<u64> {
        let path = format!("/files/{filename}");
        self.state.lock().unwrap().asked.iter().filter(|(asked, _)| *asked == path).map(|(_, from)| *from).collect()
    }

    /// How often anything was asked for.
    pub fn requests(&self) -> usize {
        self.state.lock().unwrap().asked.len()
    }

    fn add_file(&self, wheel: &Wheel, fault: Option<Fault>) {
        self.state.lock().unwrap().metadata.insert(wheel.filename(), wheel.metadata_text());
        self.project(wheel.name(), wheel.filename(), wheel.bytes(), fault);
    }

    fn project(&self, name: &str, filename: String, bytes: Vec<u8>, fault: Option<Fault>) {
        let name = name.parse::<PackageName>().unwrap().normalized().to_string();
        self.state.lock().unwrap().projects.entry(name).or_default().push((filename, bytes, fault));
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
        let _ = self.thread.take().unwrap().join();
    }
}

fn answer(state: &mut State, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
    let path = uri.path().to_owned();
    let from = headers.get("range").and_then(|range| range.to_str().ok()?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()).unwrap_or(0);
    state.asked.push((path.clone(), from));
    let before = state.asked.iter().filter(|(asked, _)| *asked == path).count() - 1;
    if let Some(filename) = path.strip_prefix("/files/") {
        return match filename.strip_suffix(".metadata") {
            Some(wheel) => state.metadata.get(wheel).map_or_else(not_found, |text| ok("text/plain", text.clone().into_bytes())),
            None => file(state, filename, from, before),
        };
    }
    if let Some(release) = state.releases.get(&path) {
        return ok("application/json", release.clone().into_bytes());
    }
    match path.strip_prefix("/simple/").map(|name| name.trim_end_matches('/')) {
        Some("") => ok("application/vnd.pypi.simple.v1+json", br#"{"meta":{"api-version":"1.0"},"projects":[]}"#.to_vec()),
        Some(name) if state.projects.contains_key(name) => page(state, name),
        _ => not_found(),
    }
}

/// A file in the form of the JSON interface, which is not that of the simple one.
fn release_file((filename, bytes, fault): &File) -> serde_json::Value {
    let yanked = *fault == Some(Fault::Yanked);
    let hashed: &[u8] = if *fault == Some(Fault::WrongHash) { b"something else" } else { bytes };
    let sha256 = Sha256::of(hashed).to_string();
    serde_json::json!({"filename": filename, "digests": {"sha256": sha256}, "yanked": yanked, "yanked_reason": yanked.then_some("does not start")})
}

fn page(state: &State, name: &str) -> Response<Body> {
    let files: Vec<serde_json::Value> = state.projects[name]
        .iter()
        .map(|(filename, bytes, fault)| {
            let hashed: &[u8] = if *fault == Some(Fault::WrongHash) { b"something else" } else { bytes };
            let host = if *fault == Some(Fault::Elsewhere) { "http://127.0.0.1:9" } else { "" };
            serde_json::json!({
                "filename": filename, "url": format!("{host}/files/{filename}"), "size": bytes.len(), "yanked": *fault == Some(Fault::Yanked),
                "hashes": {"sha256": Sha256::of(hashed).to_string()}, "core-metadata": state.metadata.contains_key(filename),
            })
        })
        .collect();
    let page = serde_json::json!({"meta": {"api-version": "1.1"}, "name": name, "files": files, "versions": []});
    ok("application/vnd.pypi.simple.v1+json", page.to_string().into_bytes())
}

fn file(state: &State, filename: &str, from: u64, before: usize) -> Response<Body> {
    let found = state.projects.values().flatten().find(|(name, _, _)| name == filename);
    let Some((_, bytes, fault)) = found else { return not_found() };
    match fault {
        Some(Fault::Gone) => return not_found(),
        Some(Fault::UnavailableTwice) if before < 2 => return status(StatusCode::SERVICE_UNAVAILABLE),
        Some(Fault::BreaksOffOnce) if before == 0 => {
            let pieces: Vec<Vec<u8>> = bytes[..bytes.len() / 2].chunks(16 << 10).map(<[u8]>::to_vec).collect();
            // Between the pieces others run, so that those before are sent when it breaks.
            let broken = futures::stream::unfold(pieces.into_iter(), |mut pieces| async move {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                let piece = pieces.next().ok_or_else(|| std::io::Error::other("broken off"));
                Some((piece, pieces))
            });
            let length = bytes.len().to_string();
            return Response::builder().header("content-length", length).body(Body::from_stream(broken)).unwrap();
        }
        _ => {}
    }
    if from > 0 && from < bytes.len() as u64 {
        let range = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
        let rest = bytes[usize::try_from(from).unwrap()..].to_vec();
        return Response::builder().status(StatusCode::PARTIAL_CONTENT).header("content-range", range).body(Body::from(rest)).unwrap();
    }
    ok("application/octet-stream", bytes.clone())
}

fn ok(kind: &str, body: Vec<u8>) -> Response<Body> {
    Response::builder().header("content-type", kind).header("cache-control", "no-cache").body(Body::from(body)).unwrap()
}

fn not_found() -> Response<Body> {
    status(StatusCode::NOT_FOUND)
}

fn status(status: StatusCode) -> Response<Body> {
    Response::builder().status(status).body(Body::empty()).unwrap()
}
