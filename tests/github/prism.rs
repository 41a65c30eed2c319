//! A validator of requests (prism) with GitHub's own description of its API, both installed by npm, once on a machine.
//!
//! It holds each request against the description, and answers with the description's examples. It has no state and looks at
//! no token. It listens on 127.0.0.1 on a free port, and ends with the value, and with this process however that ends.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use klayers::outside::files::{self, Durability};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use crate::description;

const PACKAGES: [&str; 2] = ["@stoplight/prism-cli@5.14.2", "@octokit/openapi@23.0.2"];
const DESCRIPTION: &str = "node_modules/@octokit/openapi/generated/api.github.com.json";
/// A port that was free may be taken by another test before the validator has it.
const PORTS_TRIED_MAX: usize = 5;
/// Runs a program and ends its whole group when standard input does, which is when the test is gone.
const UNTIL_INPUT_ENDS: &str = r#""$@" </dev/null & exec >/dev/null 2>&1; read -r _; kill -KILL 0"#;

/// A running validator.
#[derive(Debug)]
pub struct Prism {
    port: u16,
    process: Child,
    output: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Prism {
    /// Starts one.
    pub fn start() -> Self {
        let tools = installed();
        let whole: Value = serde_json::from_slice(&std::fs::read(tools.join(DESCRIPTION)).unwrap()).unwrap();
        let description = description::cut(&whole).to_string();
        let mut said = String::new();
        for _ in 0..PORTS_TRIED_MAX {
            match Self::try_to_start(&tools, &description) {
                Ok(prism) => return prism,
                Err(output) => said = output,
            }
        }
        panic!("the validator does not start, and says:\n{said}");
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    #[expect(clippy::disallowed_methods, reason = "a server of a test, which outlives the call")]
    fn try_to_start(tools: &Path, description: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("description.json");
        files::write(&file, description.as_bytes(), Durability::Process).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (reader, writer) = std::io::pipe().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", UNTIL_INPUT_ENDS, "sh"]).arg(tools.join("node_modules/.bin/prism"));
        command.args(["mock", "--errors", "-h", "127.0.0.1", "-p", &port.to_string()]).arg(&file);
        command.env_clear().env("PATH", std::env::var("PATH").unwrap()).env("HOME", folder.path()).env("NO_COLOR", "1").current_dir(folder.path());
        command.stdin(Stdio::piped()).stdout(writer.try_clone().unwrap()).stderr(writer).process_group(0);
        let mut prism = Self { port, process: command.spawn().unwrap(), output: None, _folder: folder };
        // It holds the ends of the pipe that are written to.
        drop(command);
        let mut lines = BufReader::new(reader).lines().map_while(Result::ok);
        let mut said = String::new();
        for line in lines.by_ref() {
            if line.contains("Prism is listening on") {
                // A pipe that nobody reads would stop it in the end.
                prism.output = Some(std::thread::spawn(move || lines.for_each(drop)));
                return Ok(prism);
            }
            said.push_str(&line);
            said.push('\n');
        }
        Err(said)
    }
}

impl Drop for Prism {
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

/// The folder that both are installed in.
fn installed() -> PathBuf {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm");
    let folder = tools.join(PACKAGES.join("_").replace(['@', '/'], "-"));
    if !folder.join(DESCRIPTION).exists() {
        std::fs::create_dir_all(&tools).unwrap();
        // Beside its place and renamed, so that one that is there is whole, whoever else installs it at the same time.
        let beside = tempfile::tempdir_in(&tools).unwrap();
        #[expect(clippy::disallowed_methods, reason = "a tool of the test")]
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--prefix"]);
        let output = npm.arg(beside.path()).args(PACKAGES).current_dir(beside.path()).stdin(Stdio::null()).output().expect("Node and npm are needed");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "npm cannot install {PACKAGES:?}, which needs the network once:\n{said}");
        // Descriptions of other products, a few hundred megabytes.
        for name in files::names(&beside.path().join("node_modules/@octokit/openapi/generated")).unwrap() {
            if !DESCRIPTION.ends_with(&format!("/{name}")) {
                std::fs::remove_file(beside.path().join("node_modules/@octokit/openapi/generated").join(name)).unwrap();
            }
        }
        let _ = std::fs::rename(beside.path(), &folder);
    }
    assert!(folder.join(DESCRIPTION).exists(), "{PACKAGES:?} are not what npm installed");
    folder
}
