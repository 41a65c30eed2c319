//! A loss of power: what a trace of `record` says is on the disk, at each moment, whichever of the names that were not flushed yet are
//! lost and kept. POSIX promises no more than this model does; most file systems do.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::service::{LEDGER, RECORD, RENDER, RUN, Service, program, words};
use super::trace::{is_possible, traced};

/// Names that change at once are lost and kept in all ways up to this many; of more, the last ones.
const PENDING_MAX: usize = 8;

#[test]
fn what_record_has_said_survives_a_loss_of_power_and_nothing_is_half_there() {
    let service = Service::published();
    if !is_possible(&service.world) {
        return;
    }
    // One package is new: its folders are, too.
    klayers::outside::files::remove_dir(&service.world.path(".klayers/ledger/p3.13/beta")).unwrap();
    let before = service.lines();
    let mut disk = Disk::of(&service.world.path(LEDGER), Path::new(LEDGER));
    let operations = trace(&service, &RECORD);
    let after = service.lines();
    assert!(after.len() >= before.len() + 2, "it records {} lines", after.len() - before.len());

    let mut promised = before;
    let mut moments = 0;
    for operation in &operations {
        // Whoever goes on to the next file takes it that the last one is safe.
        if matches!(operation, Operation::Open { is_new: true, .. } | Operation::Say(_)) {
            promised.extend(disk.lines_now());
        }
        disk.apply(operation);
        disk.after_each_loss(|lines| {
            moments += 1;
            assert!(lines.is_superset(&promised), "lost: {:?}, after {operation:?}", promised.difference(lines).collect::<Vec<_>>());
        });
    }
    disk.after_each_loss(|lines| assert_eq!(*lines, after));
    println!("{} operations, {moments} states of the disk", operations.len());
    assert!(moments > 50, "{moments}");
}

#[test]
fn recording_twice_makes_safe_what_a_killed_run_left_unflushed() {
    let service = Service::recorded();
    if !is_possible(&service.world) {
        return;
    }
    let operations = trace(&service, &RECORD);
    let flushed: BTreeSet<&Path> =
        operations.iter().filter_map(|operation| if let Operation::Sync(path) = operation { Some(path.as_path()) } else { None }).collect();
    for package in ["alpha", "beta"] {
        let folder = Path::new(LEDGER).join("p3.13").join(package);
        assert!(flushed.contains(folder.as_path()), "{flushed:?}");
    }
}

#[test]
fn the_ledger_is_on_the_disk_before_anything_is_rendered_said_or_forgotten() {
    let service = Service::new();
    if !is_possible(&service.world) {
        return;
    }
    let operations = trace(&service, &RUN);
    let place =
        |wanted: &dyn Fn(&Operation) -> bool| operations.iter().enumerate().filter(|(_, operation)| wanted(operation)).map(|(at, _)| at).collect::<Vec<_>>();
    let ledger = place(&|operation| matches!(operation, Operation::Sync(path) if path.starts_with(LEDGER)));
    let rendered =
        place(&|operation| matches!(operation, Operation::Rename(_, to) if to.starts_with(".klayers/deployments") || to.starts_with(".klayers/site")));
    let forgotten = place(&|operation| matches!(operation, Operation::Remove(path) if path.ends_with("receipts.jsonl")));
    let said = place(&|operation| matches!(operation, Operation::Say(text) if text.contains("published")));
    let last = ledger.last().unwrap();
    for (what, places) in [("rendered", &rendered), ("forgotten", &forgotten), ("said", &said)] {
        assert!(places.first().is_some_and(|first| first > last), "{what}: {places:?}, and the ledger was flushed last at {last}");
    }
    // Each file of the ledger is flushed, then named, then its folder is flushed.
    for at in place(&|operation| matches!(operation, Operation::Rename(_, to) if to.starts_with(LEDGER))) {
        let Operation::Rename(from, to) = &operations[at] else { continue };
        assert!(operations[..at].iter().any(|operation| matches!(operation, Operation::Sync(path) if path == from)), "{to:?}");
        assert!(
            matches!(&operations[at + 1..], [Operation::Open { .. }, Operation::Sync(folder), ..] | [Operation::Sync(folder), ..] if to.parent() == Some(folder)),
            "{to:?}"
        );
    }
}

#[test]
fn after_a_restart_of_the_machine_no_file_is_believed_unread() {
    let service = Service::recorded();
    service.world.run(&RENDER).exits(0);
    service.world.run(&RENDER).exits(0).says("nothing changed since the last time");
    // What a disk may do that lost its power: the size and the times of a file are there, and its content is not.
    let page = service.world.path(".klayers/deployments/python3.13/README.md");
    let right = std::fs::read(&page).unwrap();
    let modified = std::fs::metadata(&page).unwrap().modified().unwrap();
    let mut file = std::fs::File::options().write(true).open(&page).unwrap();
    file.write_all(&vec![0; right.len()]).unwrap();
    file.set_modified(modified).unwrap();
    drop(file);
    service.world.run(&RENDER).exits(0).says("nothing changed since the last time");
    service.world.write("boot", "00000000-0000-0000-0000-000000000000\n");
    let mut command = program(&service.world, "unshare");
    command.args(["-rm", "bash", "-c", "mount --bind boot /proc/sys/kernel/random/boot_id || exit 77; exec \"$@\"", "bash"]);
    let output = command.args(words(&service.world, &RENDER)).output().unwrap();
    if !output.status.success() && !String::from_utf8_lossy(&output.stderr).contains("klayers") {
        eprintln!("skipped: nobody may mount a file over another here (`unshare -rm`): {}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    assert!(String::from_utf8_lossy(&output.stderr).contains("1 files written"), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(std::fs::read(&page).unwrap() == right);
}

/// What the program does to files, with paths from the root of its world.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operation {
    Open { path: PathBuf, is_new: bool },
    Write(PathBuf, Vec<u8>),
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    Make(PathBuf),
    Remove(PathBuf),
    Say(String),
}

/// Runs it and reads what strace wrote down.
fn trace(service: &Service, arguments: &[&str]) -> Vec<Operation> {
    let to = service.world.path(".cache/trace");
    let output = traced(&service.world, arguments, &to).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(&to).unwrap();
    let root = service.world.path("").canonicalize().unwrap();
    let relative = |path: &[u8]| {
        let path = PathBuf::from(String::from_utf8_lossy(path).into_owned());
        let path = path.strip_prefix(&root).map_or(path.clone(), Path::to_path_buf);
        path.components().filter(|part| part.as_os_str() != ".").collect::<PathBuf>()
    };
    let mut open: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut begun: BTreeMap<String, String> = BTreeMap::new();
    let mut operations = Vec::new();
    let main = text.split(' ').next().unwrap_or_default().to_owned();
    for line in text.lines() {
        let Some((process, rest)) = line.split_once(char::is_whitespace) else { continue };
        let rest = rest.trim_start();
        // What was interrupted by another thread's is put together again.
        let whole = if let Some((start, _)) = rest.split_once(" <unfinished ...>") {
            begun.insert(process.to_owned(), start.to_owned());
            continue;
        } else if let Some((_, end)) = rest.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            begun.remove(process).unwrap_or_default() + end
        } else {
            rest.to_owned()
        };
        let Some((call, words)) = whole.split_once('(') else { continue };
        let Some((words, result)) = words.rsplit_once(" = ") else { continue };
        if result.starts_with('-') {
            continue;
        }
        let strings: Vec<Vec<u8>> = words.split('"').skip(1).step_by(2).map(bytes).collect();
        let number = words.split([',', ')']).next().unwrap_or_default().to_owned();
        match (call, &strings[..]) {
            ("openat", [path]) => {
                let path = relative(path);
                open.insert(result.split(' ').next().unwrap_or_default().to_owned(), path.clone());
                operations.push(Operation::Open { path, is_new: words.contains("O_EXCL") });
            }
            ("close", []) => {
                open.remove(&number);
            }
            // Children of the program have outputs of their own.
            ("write", [text]) if ["1", "2"].contains(&number.as_str()) && process == main => {
                operations.push(Operation::Say(String::from_utf8_lossy(text).into_owned()));
            }
            ("write", [content]) => operations.extend(open.get(&number).map(|path| Operation::Write(path.clone(), content.clone()))),
            ("fsync" | "fdatasync", []) => operations.extend(open.get(&number).map(|path| Operation::Sync(path.clone()))),
            ("rename" | "renameat" | "renameat2", [from, to]) => {
                let (from, to) = (relative(from), relative(to));
                open.values_mut().filter(|path| **path == from).for_each(|path| *path = to.clone());
                operations.push(Operation::Rename(from, to));
            }
            ("mkdir", [path]) => operations.push(Operation::Make(relative(path))),
            ("unlink" | "unlinkat" | "rmdir", [path]) => operations.push(Operation::Remove(relative(path))),
            _ => {}
        }
    }
    operations
}

/// `\x7b\x22` as bytes.
fn bytes(text: &str) -> Vec<u8> {
    text.split("\\x").skip(1).filter_map(|pair| u8::from_str_radix(pair.get(..2)?, 16).ok()).collect()
}

/// What stands under a name: a folder, or a file with what was written and what of it is on the disk.
#[derive(Debug, Clone, Default)]
struct Node {
    is_folder: bool,
    now: Vec<u8>,
    flushed: Vec<u8>,
}

/// A change of names that is not on the disk yet.
#[derive(Debug, Clone)]
enum Change {
    Put(PathBuf, usize),
    Move(PathBuf, PathBuf, usize),
    Remove(PathBuf),
}

impl Change {
    fn folder(&self) -> Option<&Path> {
        let (Self::Put(path, _) | Self::Move(path, _, _) | Self::Remove(path)) = self;
        path.parent()
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Put(path, node) => {
                names.insert(path.clone(), *node);
            }
            Self::Move(from, to, node) => {
                names.remove(from);
                names.insert(to.clone(), *node);
            }
            Self::Remove(path) => {
                names.remove(path);
            }
        }
    }
}

/// A disk with a ledger.
#[derive(Debug, Default)]
struct Disk {
    nodes: Vec<Node>,
    now: BTreeMap<PathBuf, usize>,
    lasting: BTreeMap<PathBuf, usize>,
    pending: Vec<Change>,
}

impl Disk {
    fn of(folder: &Path, shown: &Path) -> Self {
        let mut disk = Self::default();
        for above in shown.ancestors().filter(|above| !above.as_os_str().is_empty()) {
            disk.add(above, Node { is_folder: true, ..Node::default() });
        }
        for entry in klayers::outside::listing::below(folder).unwrap() {
            let is_folder = entry.kind == klayers::outside::listing::Kind::Folder;
            let content = if is_folder { Vec::new() } else { std::fs::read(folder.join(&entry.path)).unwrap() };
            disk.add(&shown.join(entry.path), Node { is_folder, now: content.clone(), flushed: content });
        }
        disk
    }

    fn add(&mut self, path: &Path, node: Node) {
        self.nodes.push(node);
        self.now.insert(path.to_owned(), self.nodes.len() - 1);
        self.lasting.insert(path.to_owned(), self.nodes.len() - 1);
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.now);
        self.pending.push(change);
    }

    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Open { path, is_new: true } if path.starts_with(LEDGER) => {
                self.nodes.push(Node::default());
                self.change(Change::Put(path.clone(), self.nodes.len() - 1));
            }
            Operation::Make(path) if path.starts_with(LEDGER) => {
                self.nodes.push(Node { is_folder: true, ..Node::default() });
                self.change(Change::Put(path.clone(), self.nodes.len() - 1));
            }
            Operation::Write(path, bytes) => {
                if let Some(node) = self.now.get(path) {
                    self.nodes[*node].now.extend(bytes);
                }
            }
            Operation::Sync(path) => {
                if let Some(node) = self.now.get(path).map(|node| &mut self.nodes[*node]) {
                    node.flushed = node.now.clone();
                }
                let (flushed, pending): (Vec<_>, Vec<_>) = std::mem::take(&mut self.pending).into_iter().partition(|change| change.folder() == Some(path));
                flushed.iter().for_each(|change| change.apply(&mut self.lasting));
                self.pending = pending;
            }
            Operation::Rename(from, to) => {
                if let Some(node) = self.now.get(from).copied() {
                    self.change(Change::Move(from.clone(), to.clone(), node));
                }
            }
            Operation::Remove(path) if self.now.contains_key(path) => self.change(Change::Remove(path.clone())),
            Operation::Open { .. } | Operation::Make(_) | Operation::Remove(_) | Operation::Say(_) => {}
        }
    }

    fn lines_now(&self) -> BTreeSet<String> {
        lines(&self.now, &self.nodes, |node| &node.now)
    }

    /// Every way in which what is pending may be lost. Contents that were not flushed are lost in all of them.
    fn after_each_loss(&self, mut look: impl FnMut(&BTreeSet<String>)) {
        let open = self.pending.len().min(PENDING_MAX);
        let (early, last) = self.pending.split_at(self.pending.len() - open);
        for kept in 0..1_usize << open {
            let mut names = self.lasting.clone();
            early.iter().for_each(|change| change.apply(&mut names));
            last.iter().enumerate().filter(|(at, _)| kept & (1 << at) != 0).for_each(|(_, change)| change.apply(&mut names));
            look(&lines(&names, &self.nodes, |node| &node.flushed));
        }
    }
}

/// The lines of the ledger, all of which are whole. What is in a folder that is gone is gone.
fn lines<'a>(names: &BTreeMap<PathBuf, usize>, nodes: &'a [Node], content: impl Fn(&'a Node) -> &'a Vec<u8>) -> BTreeSet<String> {
    let is_there = |path: &Path| {
        path.ancestors().skip(1).filter(|above| above.starts_with(LEDGER)).all(|above| names.get(above).is_some_and(|node| nodes[*node].is_folder))
    };
    let mut found = BTreeSet::new();
    for (path, node) in names.iter().filter(|(path, _)| path.ends_with("events.jsonl") && is_there(path)) {
        let text = String::from_utf8(content(&nodes[*node]).clone()).unwrap();
        assert!(text.ends_with('\n'), "`{}` is empty, or its last line is cut", path.display());
        for line in text.split_inclusive('\n') {
            let event: klayers::ledger::Event = serde_json::from_str(line).unwrap_or_else(|error| panic!("{}: {error}: {line}", path.display()));
            found.insert(event.canonical());
        }
    }
    found
}
