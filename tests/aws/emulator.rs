//! An emulator of AWS, installed by uv, for as long as a value lives.

#![allow(dead_code, reason = "not every test needs every emulator")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use klayers::outside::http::Network;
use klayers::resolve::Uv;

#[path = "../common/served_program.rs"]
mod served_program;

use served_program::{ServedProgram, Start};

const MINISTACK: &str = "ministack[full]==1.5.33";
/// Its Python has boto3 and a reader of YAML, too.
pub const MOTO: &str = "moto[server]==5.2.5";
/// Both need it.
const PYTHON: &str = ">=3.10";

/// A running emulator.
#[derive(Debug)]
pub struct Emulator(ServedProgram);

impl Emulator {
    /// ministack, which takes any credentials. An access key of twelve digits is the number of an account of its own.
    pub fn ministack() -> Self {
        Self::start(&installed(MINISTACK).join("ministack"), &ministack)
    }

    /// The same, which knows whose a key is and what it may do. The key `test` and account numbers may do all, and their
    /// secret is not looked at; the signatures of all others are checked.
    pub fn ministack_with_auth() -> Self {
        Self::start(&installed(MINISTACK).join("ministack"), &|command, port, folder| {
            ministack(command, port, folder);
            command.env("AUTH", "true");
        })
    }

    /// moto, which takes any credentials.
    pub fn moto() -> Self {
        Self::start(&installed(MOTO).join("moto_server"), &|command, port, _| {
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        })
    }

    /// Where it answers, for all services and regions.
    pub fn url(&self) -> String {
        self.0.url()
    }

    fn start(program: &Path, prepare: &dyn Fn(&mut Command, u16, &Path)) -> Self {
        let prepare = |command: &mut Command, port: u16, folder: &Path| {
            command.env("PYTHONUNBUFFERED", "1");
            prepare(command, port, folder);
        };
        // No other emulator says so here.
        let listens = |port: u16| format!("Running on http://127.0.0.1:{port}");
        Self(ServedProgram::start(&Start { program, prepare: &prepare, listens: &listens }))
    }
}

fn ministack(command: &mut Command, port: u16, folder: &Path) {
    command.env("BIND_HOST", "127.0.0.1").env("MINISTACK_HOST", "127.0.0.1").env("GATEWAY_PORT", port.to_string());
    command.env("STATE_DIR", folder.join("state")).env("S3_DATA_DIR", folder.join("s3"));
    // These listen on ports of their own, the same for all emulators of a machine.
    command.env("IOT_MTLS_ENABLED", "0").env("SFTP_ENABLED", "0");
}

/// The folder with the programs of a Python package. Only the first time on a machine are they downloaded.
pub fn installed(package: &str) -> PathBuf {
    let uv = uv();
    let of_cache = prefix(&uv, &["--offline"], package);
    of_cache.or_else(|_| prefix(&uv, &[], package)).unwrap_or_else(|said| panic!("uv cannot install `{package}`:\n{said}")).join("bin")
}

#[expect(clippy::disallowed_methods, reason = "asks uv, which is what the binary under test does")]
fn prefix(uv: &Path, options: &[&str], package: &str) -> Result<PathBuf, String> {
    let mut command = Command::new(uv);
    command.args(["tool", "run", "--no-progress", "--python", PYTHON]).args(options).args(["--from", package]);
    let asked = command.args(["python", "-c", "import sys; print(sys.prefix)"]).env("UV_PYTHON_DOWNLOADS", "never").stdin(Stdio::null());
    let output = asked.output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn uv() -> PathBuf {
    let find = || {
        let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(Uv::find(&tools, Network::Online)).unwrap().program().to_owned()
    };
    // In a thread of its own, because a test may be asynchronous.
    std::thread::spawn(find).join().unwrap()
}
