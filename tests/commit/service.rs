//! A service whose repository has a bare one as its origin, and a git that does more than it is asked to.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::common::{Index, Ran, Wheel, World};

/// Made of a project that is committed, and pushed to a bare repository.
pub struct Service {
    pub world: World,
    /// Kept for as long as the service lives.
    _index: Index,
}

impl Service {
    /// With a row and a release for each of `packages`.
    pub fn new(packages: &[&str]) -> Self {
        let index = Index::with(&packages.iter().map(|name| Wheel::new(name, "1.0")).collect::<Vec<_>>());
        let world = World::with_index(packages, &index);
        let service = Self { world, _index: index };
        service.git("", &["init", "-q", "-b", "main"]);
        service.git("", &["init", "-q", "--bare", "-b", "main", "origin.git"]);
        // Pushing with force would be refused.
        service.git("origin.git", &["config", "receive.denyNonFastForwards", "true"]);
        service.git("", &["remote", "add", "origin", "origin.git"]);
        service.git("", &["add", "pipeline", "templates", "site"]);
        service.git("", &["commit", "-q", "-m", "Begin"]);
        service.git("", &["push", "-q", "origin", "main"]);
        service
    }

    /// Plans, builds and publishes one package, or all; returns the names of plan and receipts.
    pub fn publish(&self, package: Option<&str>) -> [String; 2] {
        let name = package.unwrap_or("all");
        let [plan, dist, receipts] = [format!("{name}.json"), format!("dist/{name}"), format!("{name}.jsonl")];
        let selection: Vec<&str> = package.into_iter().flat_map(|package| ["--package", package]).collect();
        self.world.run(&[&["plan", "-o", &plan], &selection[..]].concat()).exits(0);
        self.world.run(&["build", "--plan", &plan, "-o", &dist]).exits(0);
        self.world.run(&["publish", &dist, "--plan", &plan, "--account", "local:account", "-o", &receipts]).exits(0);
        [plan, receipts]
    }

    /// Runs `klayers commit` with `git` on the path, if one was put into `bin`.
    pub fn commit(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.world.command(&[&["commit"], arguments].concat());
        let path = format!("{}:{}", self.world.path("bin").display(), std::env::var("PATH").unwrap());
        command.env("PATH", path).env("GITHUB_OUTPUT", self.world.path("outputs"));
        command
    }

    /// Puts a git before the real one: `script` sees the same arguments and may call `"$GIT"`.
    pub fn put_git(&self, script: &str) {
        let real = std::env::split_paths(&std::env::var_os("PATH").unwrap()).map(|folder| folder.join("git")).find(|git| git.is_file()).unwrap();
        let root = self.world.path("").display().to_string();
        self.script("bin/git", &format!("GIT={}\nROOT={root}\n{script}\n", real.display()));
    }

    /// A program, or a hook.
    pub fn script(&self, path: &str, script: &str) {
        self.world.write(path, &format!("#!/bin/sh\n{script}"));
        std::fs::set_permissions(self.world.path(path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A clone in `folder` with one more commit, which writes `text` to `file`, and is not pushed yet.
    pub fn competitor(&self, folder: &str, file: &str, text: &str) {
        self.git("", &["clone", "-q", "origin.git", folder]);
        self.world.write(&format!("{folder}/{file}"), text);
        self.git(folder, &["add", "--all"]);
        self.git(folder, &["commit", "-q", "-m", "Compete"]);
    }

    /// What the real git prints in `folder`.
    pub fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = git(&self.world.path(folder), arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// What the branch has.
    pub fn origin(&self, arguments: &[&str]) -> String {
        self.git("origin.git", arguments)
    }

    /// A file of the branch.
    pub fn on_branch(&self, path: &str) -> String {
        self.origin(&["show", &format!("main:{path}")])
    }

    /// All files of a folder of the branch, with their hashes.
    pub fn tree(&self, folder: &str) -> String {
        self.origin(&["ls-tree", "-r", "main", "--", folder])
    }

    /// How many commits the branch has, each upon one other.
    pub fn commits(&self) -> usize {
        assert_eq!(self.origin(&["rev-list", "--merges", "main"]), "", "the history is linear");
        self.origin(&["rev-list", "--count", "main"]).parse().unwrap()
    }

    /// What the step gave out, and forgets it.
    pub fn outputs(&self) -> Vec<String> {
        let outputs = self.world.read("outputs").lines().map(str::to_owned).collect();
        std::fs::remove_file(self.world.path("outputs")).unwrap();
        outputs
    }
}

#[expect(clippy::disallowed_methods, reason = "git as people use it, to see what ours did")]
fn git(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "somebody").env(format!("GIT_{who}_EMAIL"), "somebody@example.org");
        command.env(format!("GIT_{who}_DATE"), "2026-11-01T00:00:00Z");
    }
    command.output().unwrap()
}

/// What a folder holds beside what the tests and the steps before put there.
pub fn scratch(service: &Service) -> Vec<PathBuf> {
    klayers::outside::files::walk(&service.world.path(".klayers/commit")).unwrap()
}
