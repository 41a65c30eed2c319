//! An emulator of AWS, installed by uv, for as long as a value lives.
//!
//! It listens on a free port of 127.0.0.1, keeps its files in a temporary folder, and sees nothing of this
//! machine's environment but PATH. It ends with the value, and also with this process, however that ends.

#![allow(dead_code, reason = "not every test needs every emulator")]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use klayers::outside::http::Network;
use klayers::resolve::Uv;
use rustix::process::{Pid, Signal, kill_process_group};

const MINISTACK: &str = "ministack[full]==1.5.33";
/// Its Python has boto3 and a reader of YAML, too.
pub const MOTO: &str = "moto[server]==5.2.5";
/// Both need it.
const PYTHON: &str = ">=3.10";
/// A port that was free may be taken by another test before the emulator has it.
const PORTS_TRIED_MAX: usize = 5;
/// Runs a program and ends its whole group when standard input does, which is when the test is gone. Only the
/// program keeps the output open, so that its end is seen.
const UNTIL_INPUT_ENDS: &str = r#""$@" </dev/null & exec >/dev/null 2>&1; read -r _; kill -KILL 0"#;

/// A running emulator.
#[derive(Debug)]
pub struct Emulator {
    port: u16,
    process: Child,
    output: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Emulator {
    /// ministack, which takes any credentials. An access key of twelve digits is the number of an account of its own.
    pub fn ministack() -> Self {
        let programs = installed(MINISTACK);
        Self::start(|port, folder| ministack(&programs, port, folder))
    }

    /// The same, which knows whose a key is and what it may do. The key `test` and account numbers may do all, and their
    /// secret is not looked at; the signatures of all others are checked.
    pub fn ministack_with_auth() -> Self {
        let programs = installed(MINISTACK);
        Self::start(|port, folder| {
            let mut command = ministack(&programs, port, folder);
            command.env("AUTH", "true");
            command
        })
    }

    /// moto, which takes any credentials.
    pub fn moto() -> Self {
        let programs = installed(MOTO);
        Self::start(|port, _| {
            let mut command = until_input_ends(&programs.join("moto_server"));
            command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
            command
        })
    }

    /// Where it answers, for all services and regions.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn start(command: impl Fn(u16, &Path) -> Command) -> Self {
        let mut said = String::new();
        for _ in 0..PORTS_TRIED_MAX {
            match Self::try_to_start(&command) {
                Ok(emulator) => return emulator,
                Err(output) => said = output,
            }
        }
        panic!("the emulator does not start, and says:\n{said}");
    }

    /// Fails with what the emulator said when it ended at once.
    fn try_to_start(command: impl Fn(u16, &Path) -> Command) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (reader, writer) = std::io::pipe().unwrap();
        let mut command = command(port, folder.path());
        command.env("PATH", std::env::var("PATH").unwrap()).env("HOME", folder.path()).env("TMPDIR", folder.path()).env("PYTHONUNBUFFERED", "1");
        command.current_dir(folder.path()).stdin(Stdio::piped()).stdout(writer.try_clone().unwrap()).stderr(writer).process_group(0);
        let mut emulator = Self { port, process: command.spawn().unwrap(), output: None, _folder: folder };
        // It holds the ends of the pipe that are written to.
        drop(command);
        // It says so when it listens, and no other emulator says so here.
        let is_running = format!("Running on http://127.0.0.1:{port}");
        let mut lines = BufReader::new(reader).lines().map_while(Result::ok);
        let mut said = String::new();
        for line in lines.by_ref() {
            if line.contains(&is_running) {
                // A pipe that nobody reads would stop it in the end.
                emulator.output = Some(std::thread::spawn(move || lines.for_each(drop)));
                return Ok(emulator);
            }
            said.push_str(&line);
            said.push('\n');
        }
        Err(said)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.process);
        // The group is there until its first process is collected below.
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.process.wait();
        if let Some(output) = self.output.take() {
            let _ = output.join();
        }
    }
}

fn ministack(programs: &Path, port: u16, folder: &Path) -> Command {
    let mut command = until_input_ends(&programs.join("ministack"));
    command.env("BIND_HOST", "127.0.0.1").env("MINISTACK_HOST", "127.0.0.1").env("GATEWAY_PORT", port.to_string());
    command.env("STATE_DIR", folder.join("state")).env("S3_DATA_DIR", folder.join("s3"));
    // These listen on ports of their own, the same for all emulators of a machine.
    command.env("IOT_MTLS_ENABLED", "0").env("SFTP_ENABLED", "0");
    command
}

#[expect(clippy::disallowed_methods, reason = "a server of a test, which outlives the call")]
fn until_input_ends(program: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", UNTIL_INPUT_ENDS, "sh"]).arg(program).env_clear();
    command
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
