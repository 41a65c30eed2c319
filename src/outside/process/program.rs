//! A program to be run: what it is called, what it gets, what it may have.

use std::process::Stdio;
use std::time::Duration;

#[cfg(target_os = "linux")]
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

/// A program with its arguments, to be run once.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) name: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    /// Which of our variables it sees; all when nothing is said.
    only: Option<Vec<&'static str>>,
    pub(super) input: Vec<u8>,
    pub(super) time_limit: Duration,
    memory_limit: Option<u64>,
    pub(super) leaves_nothing: bool,
}

impl Program {
    /// A program by name or path. It gets two minutes unless told otherwise.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            only: None,
            input: Vec::new(),
            time_limit: Duration::from_secs(120),
            memory_limit: None,
            leaves_nothing: false,
        }
    }

    /// Adds arguments, behind those that are there.
    #[must_use]
    pub fn arguments<S: Into<String>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of its environment; the rest it has from us.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Lets it see only these of our variables: for programs that run the code of strangers.
    #[must_use]
    pub fn with_only(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.only = Some(names.into_iter().collect());
        self
    }

    /// Gives it nothing of our environment but what is set here.
    #[must_use]
    pub fn clean_environment(mut self) -> Self {
        self.only = Some(Vec::new());
        self
    }

    /// What it reads from standard input. Nothing by default.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// How long it may take, instead of two minutes.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How many bytes of memory it may have for its data, where the system can hold it to that: Linux. For programs that
    /// read what strangers send.
    #[must_use]
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// Has all that it started end with it, however it ends: for programs that run the code of strangers. They are found
    /// by a variable of their environment, on Linux.
    #[must_use]
    pub fn leaving_nothing(mut self) -> Self {
        self.leaves_nothing = true;
        self
    }

    /// From right after its start on: what it was given before is not much.
    #[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "there is no such call"))]
    pub(super) fn limit_memory(&self, process: Option<u32>) {
        #[cfg(target_os = "linux")]
        if let (Some(bytes), Some(process)) = (self.memory_limit, process.and_then(|process| Pid::from_raw(i32::try_from(process).ok()?))) {
            // What we have is not ours to raise.
            let most = Some(getrlimit(Resource::Data).maximum.map_or(bytes, |ours| ours.min(bytes)));
            // It may be gone already.
            let _ = prlimit(Some(process), Resource::Data, Rlimit { current: most, maximum: most });
        }
    }

    /// As it is started, with a pipe at each end. It is killed when it is dropped.
    pub(super) fn command(&self) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.name);
        if let Some(names) = &self.only {
            command.env_clear().envs(names.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        }
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn of_our_environment_only_what_is_named() {
        let output = Program::new("env").with_only(["PATH", "NO_SUCH_VARIABLE"]).environment("OWN", "1").run().await.expect("started");
        let names: Vec<&str> = output.stdout.lines().filter_map(|line| line.split('=').next()).collect();
        assert_eq!(names, ["OWN", "PATH"]);
    }
}
