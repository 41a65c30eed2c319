//! A folder that is a whole project, and the binary run in it with nothing of this machine's
//! environment but PATH.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use klayers::outside::http::Network;
use klayers::resolve::Uv;

use super::Index;

/// The time that every run records.
pub const NOW: &str = "2026-11-22T07:00:00Z";

/// A project in a temporary folder.
pub struct World {
    folder: tempfile::TempDir,
    index: Option<String>,
    now: String,
}

/// A runtime whose Python the machine has.
#[derive(Debug, Clone)]
pub struct TestedRuntime {
    /// `p3.13`.
    pub id: String,
    /// `p313`.
    pub infix: String,
    /// `cpython-313`.
    pub tag: String,
    /// Where its Python is.
    pub program: PathBuf,
    /// The whole version of its Python.
    pub version: String,
}

/// How a run of the binary ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Asserts the exit code, showing what was said if it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that standard output has `words`.
    #[track_caller]
    pub fn prints(self, words: &str) -> Self {
        assert!(self.stdout.contains(words), "`{words}` is not in:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that standard error has `words`.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "`{words}` is not in:\n{}", self.stderr);
        self
    }
}

impl World {
    /// A project for Python 3.13 (both architectures) and 3.12 (x86_64), two active regions and a
    /// paused one, and these rows of packages.
    pub fn new(rows: &[&str]) -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), index: None, now: NOW.to_owned() };
        world.write("pipeline/config/klayers.toml", SETTINGS);
        world.write(
            "pipeline/config/regions.csv",
            "Code,Name,State\nus-east-1,US East (N. Virginia)\neu-west-1,Europe (Ireland)\nme-south-1,Middle East (Bahrain),paused\n",
        );
        world.packages(rows);
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        for shared in ["templates", "site"] {
            for file in klayers::outside::files::walk(&repository.join(shared)).unwrap() {
                let path = Path::new(shared).join(file);
                let place = world.path(path.to_str().unwrap());
                std::fs::create_dir_all(place.parent().unwrap()).unwrap();
                std::fs::copy(repository.join(path), place).unwrap();
            }
        }
        world
    }

    /// The same, with an index to ask.
    pub fn with_index(rows: &[&str], index: &Index) -> Self {
        Self { index: Some(index.url()), ..Self::new(rows) }
    }

    /// A folder without any configuration, with an index to ask.
    pub fn empty(index: &Index) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), index: Some(index.url()), now: NOW.to_owned() }
    }

    /// Adds tables to `klayers.toml`, such as `[package.x]`.
    pub fn add_settings(&self, tables: &str) {
        let settings = self.read("pipeline/config/klayers.toml");
        self.write("pipeline/config/klayers.toml", &format!("{settings}\n{tables}"));
    }

    /// How much `bytecode` or `import_test` is wanted from now on.
    pub fn set_need(&self, setting: &str, need: &str) {
        let settings = self.read("pipeline/config/klayers.toml");
        let set = |line: &str| if line.starts_with(setting) { format!("{setting} = {need:?}\n") } else { format!("{line}\n") };
        self.write("pipeline/config/klayers.toml", &settings.lines().map(set).collect::<String>());
    }

    /// A runtime of this world whose Python the machine has, found as `klayers` finds it.
    #[expect(clippy::disallowed_methods, reason = "asks uv, which is what the binary under test does")]
    pub fn runtime_with_python(&self) -> Option<TestedRuntime> {
        let output = |program: &Path, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(self.folder.path()).env_clear().env("PATH", path_with_uv()).env("HOME", self.folder.path());
            let output = command.env("UV_PYTHON_DOWNLOADS", "never").stdin(Stdio::null()).output().ok()?;
            output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        for minor in ["3.13", "3.12"] {
            let program = output(Path::new("uv"), &["python", "find", "--no-project", minor]).map(PathBuf::from);
            // What is found may be a program that only forwards to a Python which is not active.
            let version = program.as_deref().and_then(|program| output(program, &["-c", "import platform; print(platform.python_version())"]));
            if let (Some(program), Some(version)) = (program, version.filter(|version| version.starts_with(&format!("{minor}.")))) {
                let number = minor.replace('.', "");
                return Some(TestedRuntime { id: format!("p{minor}"), infix: format!("p{number}"), tag: format!("cpython-{number}"), program, version });
            }
        }
        None
    }

    /// The same for a test that cannot do without: it says that it is skipped when there is none.
    pub fn needs_python(&self) -> Option<TestedRuntime> {
        let found = self.runtime_with_python();
        if found.is_none() {
            eprintln!("skipped: this machine has neither Python 3.13 nor 3.12 where uv finds it");
        }
        found
    }

    /// Replaces the rows.
    pub fn packages(&self, rows: &[&str]) {
        let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
        self.write("pipeline/config/packages.csv", &format!("Package_Name,License,Authors/Maintainers\n{rows}"));
    }

    /// Another time for the runs that follow.
    pub fn set_now(&mut self, now: &str) {
        self.now = now.to_owned();
    }

    /// Another index for the runs that follow.
    pub fn set_index(&mut self, url: &str) {
        self.index = Some(url.to_owned());
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    pub fn write(&self, relative: &str, content: &str) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// A file of JSON.
    pub fn json(&self, relative: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
    }

    pub fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
    }

    /// Runs `klayers` with these arguments to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The command, to be started in another way.
    #[expect(clippy::disallowed_methods, reason = "the binary under test")]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_klayers"));
        command.args(arguments).args(["--now", &self.now]).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.env("PATH", path_with_uv()).env("HOME", self.folder.path()).env("KLAYERS_CACHE_DIR", self.path(".cache/klayers"));
        command.env("UV_PYTHON_DOWNLOADS", "never").env("UV_CACHE_DIR", self.path(".cache/uv")).env("UV_HTTP_RETRIES", "0");
        match &self.index {
            Some(index) => command.env("UV_DEFAULT_INDEX", index),
            // The real index is reached the way this machine reaches it.
            None => command.envs(std::env::vars().filter(|(name, _)| {
                ["UV_INDEX", "UV_DEFAULT_INDEX", "UV_SYSTEM_CERTS", "SSL_CERT_"].iter().any(|prefix| name.starts_with(prefix))
                    || name.to_ascii_lowercase().ends_with("_proxy")
            })),
        };
        command
    }
}

/// Runs git in `world`, with nothing of this machine's settings, and gives what it prints.
#[expect(clippy::disallowed_methods, reason = "a test's own repository")]
pub fn git(world: &World, arguments: &[&str]) -> String {
    let person = ["-c", "user.name=tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.args(person).args(arguments).current_dir(world.path("")).env("HOME", world.path("")).env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every file below a folder with its content; half-written ones too.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    klayers::outside::files::walk(folder).unwrap().into_iter().map(|path| (path.clone(), std::fs::read(folder.join(path)).unwrap())).collect()
}

/// The same, but for what is below names that are left out, which may change while one looks: what a killed run started lives on for a moment.
pub fn tree_without(folder: &Path, left_out: &[&str]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for name in klayers::outside::files::names(folder).unwrap().into_iter().filter(|name| !left_out.contains(&name.as_str())) {
        let path = folder.join(&name);
        if path.is_dir() {
            found.extend(tree(&path).into_iter().map(|(below, bytes)| (Path::new(&name).join(below), bytes)));
        } else {
            found.insert(name.into(), std::fs::read(path).unwrap());
        }
    }
    found
}

/// PATH with a `uv` of a supported version in front, fetched once for all tests.
pub fn path_with_uv() -> &'static str {
    static FOUND: OnceLock<String> = OnceLock::new();
    // In a thread of its own, because a test may be asynchronous.
    FOUND.get_or_init(|| std::thread::spawn(find_uv).join().unwrap())
}

fn find_uv() -> String {
    let path = std::env::var("PATH").unwrap();
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tools");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let uv = runtime.block_on(Uv::find(&cache, Network::Online)).unwrap();
    match uv.program().parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => format!("{}:{path}", folder.display()),
        None => path,
    }
}

const SETTINGS: &str = r#"prefix = "Klayers"
retention_days = 365

# Wheels of tests are mostly no real packages; a test that wants these says so.
[build]
bytecode = "never"
import_test = "never"

[sample]
python = "3.13"
packages = []

[runtime."3.13"]
architectures = ["x86_64", "arm64"]
operating_system = "AL2023"
glibc = "2.34"
state = "active"
end_of_life = 2029-06-30
packages = ["packages.csv"]

[runtime."3.12"]
architectures = ["x86_64"]
operating_system = "AL2023"
glibc = "2.34"
state = "active"
end_of_life = 2028-10-31
packages = ["packages.csv"]

[runtime."3.8"]
architectures = ["x86_64"]
operating_system = "AL2"
glibc = "2.26"
state = "retired"
end_of_life = 2024-10-14
packages = []
"#;
