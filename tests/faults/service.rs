//! A small service that has something to do, and what each command makes of it when nothing disturbs it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use klayers::outside::files::{self, Durability};

use super::common::{Index, Ran, Wheel, World, tree_without};

pub const LEDGER: &str = ".klayers/ledger";
pub const ACCOUNT: &str = "local:.klayers/account";
pub const RENDER: [&str; 7] = ["render", "--ledger", LEDGER, "--deployments", ".klayers/deployments", "--site", ".klayers/site"];
pub const RECORD: [&str; 4] = ["record", "receipts.jsonl", "--ledger", LEDGER];
pub const EXPIRE: [&str; 5] = ["expire", "--account", ACCOUNT, "--ledger", LEDGER];
pub const ADOPT: [&str; 5] = ["adopt", "--account", ACCOUNT, "--ledger", LEDGER];
pub const INIT: [&str; 13] = [
    "init",
    "--repository",
    "Octo/layers",
    "--prefix",
    "Mine",
    "--account",
    "123456789012",
    "--regions",
    "eu-west-1,ap-east-2",
    "--runtimes",
    "3.13",
    "--catalogue",
    "starter",
];
pub const RUN: [&str; 3] = ["run", "--runtime", "p3.13"];

/// What no command makes: what the program comes with, caches, and what uv keeps in the home of its user.
const NOT_OURS: [&str; 4] = ["templates", "site", ".cache", ".local"];

/// The files of a service by their paths.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A service that was run for the first releases of its packages. The second ones are out.
pub struct Service {
    pub world: World,
    _index: Index,
}

impl Service {
    pub fn new() -> Self {
        let packages = ["alpha", "beta"];
        let index = Index::with(&packages.map(|package| Wheel::new(package, "1.0")));
        let mut world = World::with_index(&packages, &index);
        world.run(&RUN).exits(0);
        packages.iter().for_each(|package| index.add(&Wheel::new(package, "1.1")));
        world.set_now("2026-12-01T00:00:00Z");
        Self { world, _index: index }
    }

    /// The second releases are published, and the receipts are not recorded.
    pub fn published() -> Self {
        let service = Self::new();
        service.world.run(&["plan", "--runtime", "p3.13"]).exits(0);
        service.world.run(&["build", "--plan", "plan.json"]).exits(0);
        service.world.run(&["publish", "dist", "--account", ACCOUNT]).exits(0);
        service
    }

    /// The second releases are recorded, and not rendered.
    pub fn recorded() -> Self {
        let service = Self::published();
        service.world.run(&RECORD).exits(0);
        service
    }

    /// The first releases are past their date, and not listed.
    pub fn expired() -> Self {
        let mut service = Self::recorded();
        service.world.set_now("2027-12-02T00:00:00Z");
        service
    }

    /// What a user would see of `.klayers`, and what a command makes beside it. Locks and notes on times of files do not count.
    pub fn files(&self) -> Files {
        visible(&self.world.path(""))
    }

    /// As it was.
    pub fn put_back(&self, before: &Files) {
        for name in files::names(&self.world.path("")).unwrap().iter().filter(|name| !NOT_OURS.contains(&name.as_str())) {
            let path = self.world.path(name);
            if path.is_dir() { files::remove_dir(&path) } else { files::remove(&path) }.unwrap();
        }
        for (path, bytes) in before {
            files::write(&self.world.path(path.to_str().unwrap()), bytes, Durability::Process).unwrap();
        }
    }

    /// Every line of the ledger, which has no problem.
    #[track_caller]
    pub fn lines(&self) -> BTreeSet<String> {
        lines(&self.world.path(LEDGER))
    }
}

/// Every line of a ledger, which has no problem.
#[track_caller]
pub fn lines(ledger: &Path) -> BTreeSet<String> {
    let loaded = klayers::ledger::read(ledger, LEDGER).unwrap();
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    loaded.ledger.packages.values().flat_map(|package| package.events.iter().map(klayers::ledger::Event::canonical)).collect()
}

pub fn visible(root: &Path) -> Files {
    let mut found = tree_without(root, &NOT_OURS);
    found.retain(|path, _| !path.starts_with(".klayers/stamps") && !path.ends_with(".lock"));
    found
}

/// What differs. Receipts come in the order in which regions answer, and may tell of what failed before, too.
pub fn different<'a>(found: &'a Files, expected: &'a Files) -> BTreeSet<&'a PathBuf> {
    let lines = |files: &'a Files, path: &Path| files.get(path).map(|bytes| bytes.split(|byte| *byte == b'\n').collect::<BTreeSet<&[u8]>>());
    let are_told = |path: &Path| {
        let is_told = |(found, expected): (BTreeSet<&[u8]>, BTreeSet<&[u8]>)| found.is_superset(&expected);
        path.to_string_lossy().ends_with("receipts.jsonl") && lines(found, path).zip(lines(expected, path)).is_some_and(is_told)
    };
    found.keys().chain(expected.keys()).filter(|path| found.get(*path) != expected.get(*path) && !are_told(path)).collect()
}

/// A file that has its name is the old one or the new one, and never a part.
#[track_caller]
pub fn old_or_new(found: &Files, before: &Files, after: &Files, story: &str) {
    for (path, bytes) in found {
        let is_half = files::is_temporary(path) || path.components().any(|part| files::is_temporary(Path::new(part.as_os_str())));
        // Lines are added to it, one after the other, and half a one is passed over.
        let is_growing = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("receipts.jsonl"));
        let is_whole = [before, after].iter().any(|known| known.get(path) == Some(bytes));
        // Between an old file of many lines and the new one are those with some of the lines.
        let has_lines = path.starts_with(".klayers/ledger") || path.components().any(|part| part.as_os_str() == "regions") || path.starts_with(".klayers/dist");
        assert!(is_half || is_growing || is_whole || has_lines, "{story}: `{}` is neither the old nor the new one", path.display());
    }
}

/// A program with the surroundings that `klayers` has in this world.
#[expect(clippy::disallowed_methods, reason = "a tool of the test")]
pub fn program(world: &World, name: &str) -> Command {
    let like = world.command(&[]);
    let mut command = Command::new(name);
    command.current_dir(world.path("")).env_clear().stdin(std::process::Stdio::null());
    command.envs(like.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command
}

/// `klayers` with these arguments as words after a program's own.
pub fn words(world: &World, arguments: &[&str]) -> Vec<String> {
    let command = world.command(arguments);
    [command.get_program()].into_iter().chain(command.get_args()).map(|word| word.to_str().unwrap().to_owned()).collect()
}

pub fn ran(output: &Output) -> Ran {
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
