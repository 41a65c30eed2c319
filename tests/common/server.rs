//! A running `klayers serve`, for as long as a value lives.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use reqwest::{Client, Method, Response, redirect};

use super::World;

/// A server on a free port. It ends when this is dropped.
pub struct Server {
    child: Child,
    /// With the base, and a slash at the end.
    pub address: String,
    /// A client that follows no redirect.
    pub client: Client,
}

impl Server {
    /// Serves the site of `world`; `more` are further arguments.
    pub fn start(world: &World, more: &[&str]) -> Self {
        let mut child = world.command(&[&["serve", "--port", "0"], more].concat()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { child, address: address.trim().to_owned(), client }
    }

    /// `http://127.0.0.1:port`.
    pub fn origin(&self) -> String {
        self.address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
    }

    pub async fn ask(&self, method: Method, path: &str) -> Response {
        self.client.request(method, format!("{}{path}", self.origin())).send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
