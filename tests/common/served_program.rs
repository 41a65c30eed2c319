//! A program that serves on a free port of 127.0.0.1, for as long as a value lives.
//!
//! It keeps its files in a temporary folder, and sees nothing of this machine's environment but PATH. It ends with the
//! value, and also with this process, however that ends.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process_group};

/// A port that was free may be taken by another test before the program has it.
const PORTS_TRIED_MAX: usize = 5;
/// Runs a program and ends its whole group when standard input does, which is when the test is gone. Only the
/// program keeps the output open, so that its end is seen.
const UNTIL_INPUT_ENDS: &str = r#""$@" </dev/null & exec >/dev/null 2>&1; read -r _; kill -KILL 0"#;

/// A running program.
#[derive(Debug)]
pub struct ServedProgram {
    port: u16,
    process: Child,
    output: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

/// What starts it.
pub struct Start<'a> {
    /// The program.
    pub program: &'a Path,
    /// Gives it its arguments and variables, to serve on a port and keep its files in a folder.
    pub prepare: &'a dyn Fn(&mut Command, u16, &Path),
    /// What it says when it listens on a port.
    pub listens: &'a dyn Fn(u16) -> String,
}

impl ServedProgram {
    /// Starts a program and waits until it listens.
    pub fn start(what: &Start<'_>) -> Self {
        let mut said = String::new();
        for _ in 0..PORTS_TRIED_MAX {
            match Self::try_to_start(what) {
                Ok(program) => return program,
                Err(output) => said = output,
            }
        }
        panic!("`{}` does not start, and says:\n{said}", what.program.display());
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Fails with what the program said when it ended at once.
    #[expect(clippy::disallowed_methods, reason = "a server of a test, which outlives the call")]
    fn try_to_start(what: &Start<'_>) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (reader, writer) = std::io::pipe().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", UNTIL_INPUT_ENDS, "sh"]).arg(what.program).env_clear().env("PATH", std::env::var("PATH").unwrap());
        command.env("HOME", folder.path()).env("TMPDIR", folder.path()).current_dir(folder.path());
        (what.prepare)(&mut command, port, folder.path());
        command.stdin(Stdio::piped()).stdout(writer.try_clone().unwrap()).stderr(writer).process_group(0);
        let mut program = Self { port, process: command.spawn().unwrap(), output: None, _folder: folder };
        // It holds the ends of the pipe that are written to.
        drop(command);
        let listens = (what.listens)(port);
        let mut lines = BufReader::new(reader).lines().map_while(Result::ok);
        let mut said = String::new();
        for line in lines.by_ref() {
            if line.contains(&listens) {
                // A pipe that nobody reads would stop it in the end.
                program.output = Some(std::thread::spawn(move || lines.for_each(drop)));
                return Ok(program);
            }
            said.push_str(&line);
            said.push('\n');
        }
        Err(said)
    }
}

impl Drop for ServedProgram {
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
