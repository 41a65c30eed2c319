//! `uv`, which resolves: found on PATH in a supported version, or fetched once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use pep440_rs::{Version, VersionSpecifiers};

use super::fetch_uv;
use crate::domain::PythonMinor;
use crate::outside::OutsideError;
use crate::outside::http::Network;
use crate::outside::patience::Patience;
use crate::outside::process::{Output, Program};

/// The version that is fetched.
pub const VERSION: &str = "0.13.9";
/// The versions that are taken from PATH: those whose locks and messages read as this one's do.
const SUPPORTED: &str = ">=0.13,<0.14";

/// The memory that one resolution gets, in bytes. A page of a hundred thousand files takes an eighth of it, and uv has no
/// bound of its own.
const MEMORY_MAX_BYTES: u64 = 2 << 30;
/// How long uv lets a host be silent, in seconds.
const SILENCE_VARIABLE: &str = "UV_HTTP_TIMEOUT";
const INSTALL_TIME_LIMIT: Duration = Duration::from_secs(300);
/// 1980-01-01, the first day that a zip can name: a wheel that is built twice has the same dates.
const SOURCE_DATE_EPOCH: &str = "315532800";
/// What the code of a package may see of our environment while it is built: where programs are, and how to
/// reach an index. No credentials, no folder of the user.
pub(super) const HARMLESS: [&str; 15] = [
    "PATH",
    "LANG",
    "TMPDIR",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_SYSTEM_CERTS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
];

/// A `uv` to ask, and the Python that it looks at the world with.
#[derive(Debug, Clone)]
pub struct Uv {
    program: PathBuf,
    /// Its version, as `0.13.9`.
    pub version: String,
    python: String,
    network: Network,
    patience: Patience,
}

/// Why there is no `uv`.
#[derive(Debug, thiserror::Error)]
pub enum UvError {
    /// Something failed while it was looked for or fetched.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// It could not be fetched.
    #[error("cannot fetch uv {VERSION}: {reason}\nhelp: install uv {SUPPORTED} so that it is on PATH, or a python3 that has pip")]
    Fetch {
        /// What pip said last.
        reason: String,
    },
    /// It needs some Python to run on and finds none.
    #[error("uv finds no Python: {reason}\nhelp: install any Python from 3.8 on")]
    NoPython {
        /// What uv said.
        reason: String,
    },
}

impl Uv {
    /// Finds `uv` on PATH or in the folder `cache`; fetches it there otherwise.
    ///
    /// # Errors
    /// When it is nowhere and cannot be fetched, or finds no Python.
    pub async fn find(cache: &Path, network: Network) -> Result<Self, UvError> {
        let (program, version) = match supported_on_path().await {
            Some(found) => found,
            None => (fetch_uv::fetched(cache, network).await?, VERSION.to_owned()),
        };
        let mut uv = Self { program, version, python: String::new(), network, patience: Patience::default() };
        // Asking once spares every later call the look around: 0.1 s instead of 0.4 s of processor time each.
        let found = uv.command(["python", "find", "--no-project"]).run().await?;
        uv.python = found.stdout.trim().to_owned();
        if !found.succeeded() || uv.python.is_empty() {
            return Err(UvError::NoPython { reason: last_line(&found) });
        }
        Ok(uv)
    }

    /// The same, which waits for hosts as long as this.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// The path of the program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The path of the Python that it found to look at the world with.
    pub fn python(&self) -> &str {
        &self.python
    }

    /// Whether it may use the network.
    pub fn network(&self) -> Network {
        self.network
    }

    /// `uv pip compile` of the requirements on standard input.
    pub(super) fn compile(&self, arguments: &[String], requirements: &str) -> Program {
        let command = self.command(["pip", "compile", "--python", &self.python, "--no-header", "--no-annotate"]);
        let command = command.arguments(arguments.iter().cloned()).arguments(["-"]).input(format!("{requirements}\n"));
        let command = command.time_limit(self.patience.program()).memory_limit(MEMORY_MAX_BYTES);
        match std::env::var_os(SILENCE_VARIABLE) {
            Some(_) => command,
            None => command.environment(SILENCE_VARIABLE, self.patience.silence().as_secs().max(1).to_string()),
        }
    }

    /// The Python of a minor version on this machine: from PATH, or where uv keeps its own.
    ///
    /// # Errors
    /// When uv cannot be started.
    pub async fn find_python(&self, python: PythonMinor) -> Result<Option<PathBuf>, OutsideError> {
        let found = self.command(["python", "find", "--no-project", &python.to_string()]).run().await?;
        let path = found.stdout.trim();
        Ok((found.succeeded() && !path.is_empty()).then(|| PathBuf::from(path)))
    }

    /// Has uv install a Python where it keeps its own.
    ///
    /// # Errors
    /// When uv cannot be started. `Ok(Err(..))` is what it said when it could not.
    pub async fn install_python(&self, python: PythonMinor) -> Result<Result<(), String>, OutsideError> {
        let installed = self.command(["python", "install", "--no-bin", &python.to_string()]).environment("UV_PYTHON_DOWNLOADS", "manual");
        let installed = installed.time_limit(INSTALL_TIME_LIMIT).run().await?;
        Ok(if installed.succeeded() { Ok(()) } else { Err(last_line(&installed)) })
    }

    /// The same, where the source of some distributions counts: to learn what they need, their code may run. It sees
    /// nothing of our environment but how to reach the index, and writes below `scratch`.
    pub(super) fn compile_sources(&self, arguments: &[String], requirements: &str, scratch: &Path) -> Program {
        self.without_secrets(self.compile(arguments, requirements), scratch)
    }

    /// Builds the wheel of a source distribution into `folder`, which is empty. Code of the package runs: it sees
    /// nothing of our environment but how to reach the index.
    pub(super) fn build_wheel(&self, sdist: &Path, python: &Path, folder: &Path, scratch: &Path) -> Program {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let arguments =
            [text(sdist), "--wheel".to_owned(), "--out-dir".to_owned(), text(folder), "--python".to_owned(), text(python), "--no-config".to_owned()];
        self.without_secrets(self.command(["build"]).arguments(arguments), scratch)
    }

    fn without_secrets(&self, program: Program, scratch: &Path) -> Program {
        let folder = |name| scratch.join(name).to_string_lossy().into_owned();
        let program = program.with_only(HARMLESS).environment("HOME", folder("home")).environment("UV_CACHE_DIR", folder("uv"));
        program.environment("SOURCE_DATE_EPOCH", SOURCE_DATE_EPOCH).leaving_nothing()
    }

    fn command<const N: usize>(&self, arguments: [&str; N]) -> Program {
        let offline = matches!(self.network, Network::Offline).then_some("--offline");
        Program::new(self.program.to_string_lossy())
            .arguments(arguments)
            .arguments(["--no-progress", "--color", "never"])
            .arguments(offline)
            .environment("UV_PYTHON_DOWNLOADS", "never")
    }
}

/// The last line that a program said, which is where most say what went wrong.
pub(super) fn last_line(output: &Output) -> String {
    let said = if output.stderr.trim().is_empty() { &output.stdout } else { &output.stderr };
    said.trim().lines().next_back().unwrap_or("it said nothing").trim().to_owned()
}

async fn supported_on_path() -> Option<(PathBuf, String)> {
    let output = Program::new("uv").arguments(["--version"]).run().await.ok()?;
    let version = output.stdout.split_whitespace().nth(1)?.to_owned();
    let supported: VersionSpecifiers = SUPPORTED.parse().expect("a constant");
    let is_supported = version.parse::<Version>().is_ok_and(|version| supported.contains(&version));
    if !is_supported {
        tracing::info!(version, supported = SUPPORTED, "the uv on PATH is not used");
        return None;
    }
    Some((PathBuf::from("uv"), version))
}
