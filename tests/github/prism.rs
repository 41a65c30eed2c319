//! A validator of requests (prism) with GitHub's own description of its API, both installed by npm, once on a machine.
//!
//! It holds each request against the description, and answers with the description's examples. It has no state and looks at
//! no token.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use klayers::outside::files::{self, Durability};
use serde_json::Value;

use crate::description;

#[path = "../common/served_program.rs"]
mod served_program;

use served_program::{ServedProgram, Start};

const PACKAGES: [&str; 2] = ["@stoplight/prism-cli@5.14.2", "@octokit/openapi@23.0.2"];
const DESCRIPTION: &str = "node_modules/@octokit/openapi/generated/api.github.com.json";

/// A running validator.
#[derive(Debug)]
pub struct Prism(ServedProgram);

impl Prism {
    /// Starts one.
    pub fn start() -> Self {
        let tools = installed();
        let whole: Value = serde_json::from_slice(&std::fs::read(tools.join(DESCRIPTION)).unwrap()).unwrap();
        let description = description::cut(&whole).to_string();
        let prepare = |command: &mut Command, port: u16, folder: &Path| {
            let file = folder.join("description.json");
            files::write(&file, description.as_bytes(), Durability::Process).unwrap();
            command.args(["mock", "--errors", "-h", "127.0.0.1", "-p", &port.to_string()]).arg(&file).env("NO_COLOR", "1");
        };
        let program = tools.join("node_modules/.bin/prism");
        Self(ServedProgram::start(&Start { program: &program, prepare: &prepare, listens: &|_| "Prism is listening on".to_owned() }))
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        self.0.url()
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
