//! A running `klayers serve` of the site in which everything has happened, for as long as a value lives.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use klayers::outside::progress::{Progress, Unit};
use klayers::render::FolderWriter;

use crate::service;
use crate::world::TODAY;

/// The server.
pub struct Server {
    process: Child,
    /// Without a slash at its end.
    pub address: String,
    /// The site is in it, and there is room for more.
    pub folder: tempfile::TempDir,
}

impl Server {
    /// One that answers as `host` would.
    #[expect(clippy::disallowed_methods, reason = "a server of a test, which outlives the call")]
    pub fn start(host: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let stage = Progress::Silent.stage("write", 0, Unit::Count("files"));
        let writer = FolderWriter::open(&site, &stage).unwrap();
        service::site(TODAY).pour(&writer).unwrap();
        writer.finish().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_klayers"));
        command.args(["serve", "--port", "0", "--as", host]).arg(&site).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { process, address: address.trim().trim_end_matches('/').to_owned(), folder }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
