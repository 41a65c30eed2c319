//! Runs a Python script in a box, of whichever kind.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::docker::Docker;
use super::folders::{Folders, Isolation, Places, Scratch};
use super::home::PythonHome;
use super::limits::Limits;
use super::probe::{Namespaces, probe};
use super::user;
use crate::outside::OutsideError;
use crate::outside::process::{Ended, Mark, Program, tasks_of};

const BOX: &str = include_str!("box.sh");
/// The tools are the system's own.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const NO_RIGHTS: [&str; 3] = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"];
/// A container that is to end gets this long.
const DOCKER_END_LIMIT: Duration = Duration::from_secs(20);

/// A way to run programs in boxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Namespace { home: PythonHome, is_root: bool },
    Path { home: PythonHome, is_root: bool },
    Docker(Docker),
}

/// One run of a script.
#[derive(Debug)]
pub struct Job<'a> {
    /// The folders that it sees.
    pub folders: &'a Folders,
    /// The folder that holds them, which no other run has.
    pub scratch: &'a Scratch,
    /// The script's name in the program's folder.
    pub script: &'a str,
    /// All of its environment.
    pub environment: Vec<(String, String)>,
    /// What it reads from standard input.
    pub input: Vec<u8>,
    /// What it may use.
    pub limits: &'a Limits,
}

impl Sandbox {
    /// The strictest box that this machine allows for the interpreter `home`, apart from containers.
    pub async fn strictest(home: PythonHome) -> Self {
        match probe().await.namespaces {
            Namespaces::AsRoot | Namespaces::AsUser if home.program_in_prefix().is_some() => Self::namespace(home),
            Namespaces::AsRoot | Namespaces::AsUser | Namespaces::Refused { .. } => Self::by_path(home),
        }
    }

    /// A box of namespaces, whether this machine allows it or not.
    pub fn namespace(home: PythonHome) -> Self {
        Self { kind: Kind::Namespace { home, is_root: is_root() } }
    }

    /// A box by paths. For root, the interpreter must be one that other users can start.
    pub fn by_path(home: PythonHome) -> Self {
        Self { kind: Kind::Path { home, is_root: is_root() } }
    }

    /// A container of AWS's image, by the program that `docker` names.
    pub fn docker(docker: Docker) -> Self {
        Self { kind: Kind::Docker(docker) }
    }

    /// Which kind it is.
    pub fn isolation(&self) -> Isolation {
        match self.kind {
            Kind::Namespace { .. } => Isolation::Namespace,
            Kind::Path { .. } => Isolation::Path,
            Kind::Docker(_) => Isolation::Docker,
        }
    }

    /// The interpreter, unless it is in an image.
    pub fn home(&self) -> Option<&PythonHome> {
        match &self.kind {
            Kind::Namespace { home, .. } | Kind::Path { home, .. } => Some(home),
            Kind::Docker(_) => None,
        }
    }

    /// Where a program in it sees `folders`.
    pub fn places(&self, folders: &Folders) -> Places {
        match &self.kind {
            Kind::Namespace { .. } | Kind::Docker(_) => Places::of_lambda(),
            Kind::Path { home, .. } => by_their_paths(home, folders),
        }
    }

    /// Whether the program could write to the folders that it sees, for want of anything better.
    pub fn shows_writable_folders(&self) -> bool {
        match &self.kind {
            Kind::Namespace { .. } | Kind::Docker(_) => false,
            Kind::Path { is_root, .. } => !is_root,
        }
    }

    /// Whether it has the runtime's packages in itself.
    pub fn has_own_packages(&self) -> bool {
        match &self.kind {
            Kind::Namespace { .. } | Kind::Path { .. } => false,
            Kind::Docker(_) => true,
        }
    }

    /// Runs `job` to its end. Nothing of it is left then, also when the future is dropped.
    ///
    /// # Errors
    /// When the box cannot be started at all. What the program does is no error here.
    pub async fn run(&self, job: Job<'_>) -> Result<Ended, OutsideError> {
        match &self.kind {
            Kind::Namespace { home, is_root } => in_namespaces(home, *is_root, job).await,
            Kind::Path { home, is_root } => by_path(home, *is_root, job).await,
            Kind::Docker(docker) => in_container(docker, job).await,
        }
    }
}

async fn in_namespaces(home: &PythonHome, is_root: bool, job: Job<'_>) -> Result<Ended, OutsideError> {
    let user = is_root.then(user::next);
    let program = home.program_in_prefix().unwrap_or(&home.program);
    let mut words: Vec<String> =
        ["--mount", "--propagation", "private", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child"].map(str::to_owned).into();
    if !is_root {
        words.splice(0..0, ["--user".to_owned(), "--map-root-user".to_owned()]);
    }
    words.extend(["sh", "-c", BOX, "klayers"].map(str::to_owned));
    let Folders { layer, task, runtime, client, program: scripts, empty, tmp: _ } = job.folders;
    let root = job.scratch.path().join("root");
    crate::outside::files::create_dir(&root)?;
    words.extend([&root, layer, task, runtime, client, scripts, empty, &home.prefix].map(|path| path.display().to_string()));
    let numbers = [user.unwrap_or(0).to_string(), job.limits.seconds_at_most().to_string(), job.limits.file_bytes.to_string()];
    words.extend([home.python.to_string(), program.display().to_string()].into_iter().chain(numbers));
    words.extend(inner_words(user, 0, &job, &Places::of_lambda(), &format!("/var/lang/{}", program.display())));
    start("unshare", words, user, &job).await
}

fn by_their_paths(home: &PythonHome, folders: &Folders) -> Places {
    let shown = |path: &Path| path.display().to_string();
    Places {
        layer: shown(&folders.layer),
        task: shown(&folders.task),
        runtime: shown(&folders.runtime),
        client: shown(&folders.client),
        program: shown(&folders.program),
        tmp: Some(shown(&folders.tmp)),
        python: shown(&home.prefix),
    }
}

async fn by_path(home: &PythonHome, is_root: bool, job: Job<'_>) -> Result<Ended, OutsideError> {
    let user = is_root.then(user::next);
    let others = if is_root { 0 } else { tasks_of(rustix::process::geteuid().as_raw()) };
    let shown = |path: &Path| path.display().to_string();
    // timeout(1) stands between: a program that ends its parent must not end us.
    let script = "echo 1000 >/proc/self/oom_score_adj 2>/dev/null; exec timeout -s KILL \"$@\"";
    let mut words: Vec<String> = ["-c", script, "klayers", &job.limits.seconds_at_most().to_string(), "setpriv"].map(str::to_owned).into();
    words.extend(inner_words(user, others, &job, &by_their_paths(home, job.folders), &shown(&home.program)));
    start("sh", words, user, &job).await
}

/// From the arguments of setpriv to the script.
fn inner_words(user: Option<u32>, others: u64, job: &Job<'_>, places: &Places, python: &str) -> Vec<String> {
    let mut words = Vec::new();
    match user {
        Some(user) => {
            words.extend([format!("--reuid={user}"), format!("--regid={user}"), "--clear-groups".to_owned()]);
            words.extend(NO_RIGHTS.map(str::to_owned));
        }
        None => words.extend(NO_RIGHTS[..1].iter().map(|word| (*word).to_owned())),
    }
    words.push("--".to_owned());
    words.extend(job.limits.prlimit(others));
    words.extend(["env".to_owned(), "-i".to_owned(), "-C".to_owned(), places.task.clone()]);
    words.extend(job.environment.iter().map(|(name, value)| format!("{name}={value}")));
    words.extend([python.to_owned(), "-I".to_owned(), "-S".to_owned(), format!("{}/{}", places.program, job.script)]);
    words
}

async fn start(program: &str, words: Vec<String>, user: Option<u32>, job: &Job<'_>) -> Result<Ended, OutsideError> {
    let mark = Mark { user, text: job.scratch.path().display().to_string() };
    let program = Program::new(program).arguments(words).clean_environment().environment("PATH", PATH);
    program.input(job.input.clone()).time_limit(job.limits.time).run_bounded(&mark).await
}

async fn in_container(docker: &Docker, job: Job<'_>) -> Result<Ended, OutsideError> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("klayers-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let arguments = docker.arguments(&name, job.folders, job.limits, &job.environment, job.script);
    let container = Container { program: docker.program.clone(), name: Some(name) };
    // Docker's own settings, such as its host, are in our environment; the container gets only what is named.
    let ended = Program::new(&docker.program).arguments(arguments).input(job.input).time_limit(job.limits.time).run_bounded(&Mark::none()).await;
    container.end().await;
    ended
}

/// A container that may still run although nobody waits for it.
struct Container {
    program: String,
    name: Option<String>,
}

impl Container {
    async fn end(mut self) {
        if let Some(name) = self.name.take() {
            remove(&self.program, &name).await;
        }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // Nobody waits any more: it is removed beside what else goes on.
        if let (Some(name), Ok(runtime)) = (self.name.take(), tokio::runtime::Handle::try_current()) {
            let program = self.program.clone();
            runtime.spawn(async move { remove(&program, &name).await });
        }
    }
}

async fn remove(program: &str, name: &str) {
    // Usually it is gone already, which is an error to Docker and none to us.
    let _ = Program::new(program).arguments(["rm", "--force", name]).time_limit(DOCKER_END_LIMIT).run().await;
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
