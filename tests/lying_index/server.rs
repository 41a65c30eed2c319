//! A server that answers in steps, byte by byte if it has to be: what no framework would send.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// A part of an answer. After the last one the connection is closed.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    /// Over and over, until the client is gone.
    Forever(Vec<u8>),
    /// A byte every now and then, until the client is gone.
    Drip,
    /// Nothing, until the client is gone.
    Silence,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    /// How often this path was asked for before.
    pub before: usize,
}

impl Asked {
    /// The byte from which on it is wanted.
    pub fn from(&self) -> usize {
        self.headers.get("range").map_or(0, |range| range.trim_start_matches("bytes=").trim_end_matches('-').parse().unwrap())
    }

    /// Whether it is klayers that asks, and not uv.
    pub fn is_ours(&self) -> bool {
        self.headers.get("user-agent").is_some_and(|agent| agent.starts_with("klayers/"))
    }
}

/// What a path answers; nothing where the answer is that there is none.
pub type Answer = dyn Fn(&Asked) -> Vec<Step> + Send + Sync;

#[derive(Default)]
struct Shared {
    answers: Mutex<BTreeMap<String, Arc<Answer>>>,
    asked: Mutex<Vec<Asked>>,
    streams: Mutex<Vec<TcpStream>>,
    is_over: Mutex<bool>,
    over: Condvar,
}

/// The running server. It ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, shared) = (listener.local_addr().unwrap(), Arc::new(Shared::default()));
        let with = shared.clone();
        let acceptor = std::thread::spawn(move || {
            let mut connections = Vec::new();
            for stream in listener.incoming().flatten() {
                if *with.is_over.lock().unwrap() {
                    break;
                }
                with.streams.lock().unwrap().push(stream.try_clone().unwrap());
                let with = with.clone();
                connections.push(std::thread::spawn(move || with.serve(stream)));
            }
            connections.into_iter().for_each(|connection| connection.join().unwrap());
        });
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// `http://127.0.0.1:port`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// From now on `path` answers this.
    pub fn answer(&self, path: &str, answer: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) {
        self.shared.answers.lock().unwrap().insert(path.to_owned(), Arc::new(answer));
    }

    /// All requests, in their order.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// How often `path` was asked for.
    pub fn times_asked(&self, path: &str) -> usize {
        self.shared.asked.lock().unwrap().iter().filter(|asked| asked.path == path).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        *self.shared.is_over.lock().unwrap() = true;
        self.shared.over.notify_all();
        for stream in self.shared.streams.lock().unwrap().iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // It waits for the next connection.
        let _ = TcpStream::connect(self.address);
        self.acceptor.take().unwrap().join().unwrap();
    }
}

impl Shared {
    fn serve(&self, mut stream: TcpStream) {
        if let Some(mut asked) = read(&stream) {
            let answer = self.answers.lock().unwrap().get(&asked.path).cloned();
            {
                let mut all = self.asked.lock().unwrap();
                asked.before = all.iter().filter(|other| other.path == asked.path && other.is_ours() == asked.is_ours()).count();
                all.push(asked.clone());
            }
            let steps = match (answer, asked.method.as_str()) {
                (_, "HEAD") => status(200, &[]),
                (Some(answer), _) => answer(&asked),
                (None, _) => status(404, &[]),
            };
            // The client may be gone, which is its right.
            let _ = steps.into_iter().try_for_each(|step| self.step(&mut stream, step));
        }
        let _ = stream.shutdown(Shutdown::Both);
    }

    fn step(&self, stream: &mut TcpStream, step: Step) -> std::io::Result<()> {
        match step {
            Step::Send(bytes) => stream.write_all(&bytes),
            Step::Forever(bytes) => loop {
                stream.write_all(&bytes)?;
            },
            Step::Drip => loop {
                stream.write_all(b"x")?;
                if self.is_over_within(Duration::from_millis(200)) {
                    return Ok(());
                }
            },
            Step::Silence => {
                // The client sends nothing more: this ends when it is gone, or when the test is.
                let mut rest = Vec::new();
                std::io::Read::read_to_end(stream, &mut rest).map(|_| ())
            }
        }
    }

    fn is_over_within(&self, time: Duration) -> bool {
        *self.over.wait_timeout_while(self.is_over.lock().unwrap(), time, |is_over| !*is_over).unwrap().0
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Some(Asked { method, path, headers, before: 0 })
}

/// The beginning of an answer.
pub fn head(status: u16, headers: &[(&str, &str)]) -> Step {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    Step::Send(format!("HTTP/1.1 {status} Answer\r\nconnection: close\r\n{headers}\r\n").into_bytes())
}

/// An answer without a body.
pub fn status(status: u16, headers: &[(&str, &str)]) -> Vec<Step> {
    vec![head(status, &[headers, &[("content-length", "0")]].concat())]
}

/// An answer as it should be.
pub fn ok(kind: &str, body: impl Into<Vec<u8>>) -> Vec<Step> {
    let body = body.into();
    vec![head(200, &[("content-type", kind), ("content-length", &body.len().to_string())]), Step::Send(body)]
}

/// The part of `bytes` from `from` on, as it should be answered.
pub fn part(bytes: &[u8], from: usize) -> Vec<Step> {
    if from == 0 {
        return ok("application/octet-stream", bytes);
    }
    let range = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
    let length = (bytes.len() - from).to_string();
    vec![head(206, &[("content-range", &range), ("content-length", &length)]), Step::Send(bytes[from..].to_vec())]
}
