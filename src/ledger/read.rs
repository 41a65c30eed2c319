//! Reads the whole ledger and says what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rayon::prelude::*;
use serde::de::DeserializeOwned;

use super::{BuildTimes, Event, History, LedgerProblem, Status, last_run};
use crate::domain::{ImportTest, Invalid, NormalizedName, Runtime, check_package, check_text, check_version, without_position};
use crate::outside::{OutsideError, files};
use crate::report::{Location, Problems};

/// The folder, from the root of the project.
pub const LEDGER_DIR: &str = "pipeline/ledger";
pub(super) const FILE_MAX_BYTES: u64 = 256 << 20;
pub(super) const EVENTS: &str = "events.jsonl";
pub(super) const LOCK: &str = "pylock.toml";
pub(super) const STATUS: &str = "status.json";
pub(super) const BUILD_TIMES: &str = "build-times.json";

/// The record of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The lines and the lock of each package on each runtime.
    pub packages: BTreeMap<(Runtime, NormalizedName), PackageLedger>,
    /// What failed the last time, by runtime.
    pub status: BTreeMap<Runtime, Status>,
    /// How long layers took, by runtime.
    pub build_times: BTreeMap<Runtime, BuildTimes>,
    /// When the whole catalogue was last looked at, if it ever was.
    pub last_run: Option<Timestamp>,
}

/// The record of one package on one runtime.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackageLedger {
    /// Its lines, oldest first.
    pub events: Vec<Event>,
    /// The lock of its newest build.
    pub lock: Option<String>,
}

impl Ledger {
    /// What the lines of a package amount to, with versions listed for `retention_days` days after a newer one; empty for
    /// a package that has no lines.
    pub fn history(&self, runtime: Runtime, package: &NormalizedName, retention_days: u32) -> History {
        let events = self.packages.get(&(runtime, package.clone())).map_or(&[][..], |package| &package.events);
        History::fold(events, retention_days)
    }

    /// Forgets how long packages take that are not `wanted` any more. What is recorded next goes without them.
    pub fn forget_build_times(&mut self, wanted: impl Fn(Runtime, &NormalizedName) -> bool) {
        for (runtime, times) in &mut self.build_times {
            times.seconds.retain(|package, _| wanted(*runtime, package));
        }
    }
}

/// What was read: a ledger of all lines that are right, and problems with the rest.
#[derive(Debug)]
pub struct Loaded {
    /// The lines that are right.
    pub ledger: Ledger,
    /// What is wrong with the files, and where.
    pub problems: Problems,
}

/// Reads the ledger in `folder`, which is called `shown` in problems. A folder that does not exist
/// is an empty ledger.
///
/// # Errors
/// When a file exists and the system will not let us read it.
pub fn read(folder: &Path, shown: &str) -> Result<Loaded, OutsideError> {
    let mut problems = Problems::new();
    // What cannot be understood is told by those who decide by it, and replaced by the next whole run.
    let mut ledger = Ledger { last_run: last_run(folder).ok().flatten(), ..Ledger::default() };
    let mut packages = Vec::new();
    for runtime_name in visible_names(folder)? {
        let runtime_folder = folder.join(&runtime_name);
        let runtime_shown = format!("{shown}/{runtime_name}");
        if !runtime_folder.is_dir() {
            continue;
        }
        let runtime: Runtime = match runtime_name.parse() {
            Ok(runtime) => runtime,
            Err(error) => {
                problems.push(LedgerProblem::UnknownFolder { message: error.to_string() }.at(Location::file(runtime_shown)));
                continue;
            }
        };
        for name in visible_names(&runtime_folder)? {
            let path = runtime_folder.join(&name);
            let file = format!("{runtime_shown}/{name}");
            if name == STATUS {
                let invalid = |reason| LedgerProblem::StatusInvalid { reason };
                ledger.status.insert(runtime, read_json(&path, &file, invalid, &mut problems)?);
            } else if name == BUILD_TIMES {
                let invalid = |reason| LedgerProblem::BuildTimesInvalid { reason };
                ledger.build_times.insert(runtime, read_json(&path, &file, invalid, &mut problems)?);
            } else if path.is_dir() {
                match name.parse::<NormalizedName>() {
                    Ok(package) => packages.push((runtime, package, path, file)),
                    Err(error) => problems.push(LedgerProblem::UnknownFolder { message: error.to_string() }.at(Location::file(file))),
                }
            }
        }
    }
    let read = packages.into_par_iter().map(|(runtime, package, path, file)| {
        let mut problems = Problems::new();
        let read = read_package(&path, &file, runtime, &package, &mut problems)?;
        Ok(((runtime, package), read, problems))
    });
    for (key, package, of_package) in read.collect::<Result<Vec<_>, OutsideError>>()? {
        ledger.packages.insert(key, package);
        problems.extend(of_package);
    }
    Ok(Loaded { ledger, problems })
}

fn visible_names(folder: &Path) -> Result<Vec<String>, OutsideError> {
    let mut names = files::names(folder)?;
    names.retain(|name| !name.starts_with('.'));
    Ok(names)
}

fn read_json<T: Default + DeserializeOwned>(
    path: &Path,
    file: &str,
    invalid: impl Fn(String) -> LedgerProblem,
    problems: &mut Problems,
) -> Result<T, OutsideError> {
    let bytes = files::read(path, FILE_MAX_BYTES)?;
    Ok(serde_json::from_slice(&bytes).unwrap_or_else(|error| {
        problems.push(invalid(error.to_string()).at(Location::line(file, error.line() as u64)));
        T::default()
    }))
}

/// What is wrong with the last of the lines of a package, as it would be told after they were written.
pub(super) fn problems_of_last_line(lines: &str, runtime: Runtime, package: &NormalizedName) -> Vec<crate::report::Problem> {
    let mut problems = Problems::new();
    read_events(lines.as_bytes(), EVENTS, runtime, package, &mut problems);
    let count = lines.lines().count() as u64;
    problems.sorted().into_iter().filter(|problem| problem.location.line == Some(count)).collect()
}

fn read_package(folder: &Path, shown: &str, runtime: Runtime, package: &NormalizedName, problems: &mut Problems) -> Result<PackageLedger, OutsideError> {
    let file = format!("{shown}/{EVENTS}");
    let bytes = files::read_if_exists(&folder.join(EVENTS), FILE_MAX_BYTES)?.unwrap_or_default();
    let events = read_events(&bytes, &file, runtime, package, problems);
    let lock: PathBuf = folder.join(LOCK);
    let lock = files::read_if_exists(&lock, FILE_MAX_BYTES)?.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(PackageLedger { events, lock })
}

fn read_events(bytes: &[u8], file: &str, runtime: Runtime, package: &NormalizedName, problems: &mut Problems) -> Vec<Event> {
    let mut events = Vec::new();
    let mut numbers = BTreeSet::new();
    for (number, line) in (1..).zip(bytes.split_inclusive(|&byte| byte == b'\n')) {
        let mut report = |problem: LedgerProblem| problems.push(problem.at(Location::line(file, number)));
        if !line.ends_with(b"\n") {
            report(LedgerProblem::LineCut);
            continue;
        }
        let event: Event = match serde_json::from_slice(line) {
            Ok(event) => event,
            Err(error) => {
                report(LedgerProblem::NotAnEvent { reason: without_position(&error) });
                continue;
            }
        };
        if event.canonical().as_bytes() != line {
            report(LedgerProblem::NotCanonical);
        }
        if !belongs(&event, runtime, package) {
            report(LedgerProblem::WrongPlace { layer: event.layer().to_string() });
        }
        texts_of(&event, package).into_iter().for_each(&mut report);
        if let Some(published) = event.publication() {
            if published.requirements.sha256() != published.requirements_sha256 {
                report(LedgerProblem::HashMismatch);
            }
            for (region, &version) in &published.regions {
                if !numbers.insert((published.layer.clone(), region.clone(), version)) {
                    report(LedgerProblem::VersionTwice { region: region.to_string(), number: version });
                }
            }
        }
        events.push(event);
    }
    events
}

/// What is wrong with the texts of an event. What is right with them may still be anything: a licence and a reason are
/// strangers' words, which are made harmless wherever they are shown.
fn texts_of(event: &Event, package: &NormalizedName) -> Vec<LedgerProblem> {
    let too_long = |invalid: Invalid| LedgerProblem::TextTooLong { message: invalid.to_string() };
    let results = match event {
        Event::Published(published) | Event::Adopted(published) => {
            let not_tested = match published.papers.as_ref().map(|papers| &papers.import_test) {
                Some(ImportTest::NotTested { reason }) => reason.as_str(),
                Some(ImportTest::Passed { .. }) | None => "",
            };
            vec![
                check_package(&published.package, package).map_err(|invalid| LedgerProblem::PackageWrong { message: invalid.to_string() }),
                check_version(&published.version).map_err(|invalid| LedgerProblem::VersionInvalid { message: invalid.to_string() }),
                check_text("license", &published.license).map_err(too_long),
                check_text("reason", not_tested).map_err(too_long),
            ]
        }
        Event::Yanked(yanked) => vec![check_text("reason", &yanked.reason).map_err(too_long)],
        Event::Unyanked(_) | Event::Deleted(_) | Event::Lost(_) | Event::Found(_) => Vec::new(),
    };
    results.into_iter().filter_map(Result::err).collect()
}

/// A layer's name ends with its runtime and package, in whatever spelling that has.
fn belongs(event: &Event, runtime: Runtime, package: &NormalizedName) -> bool {
    let layer = event.layer().as_str();
    let infix = format!("-{}-", runtime.layer_infix());
    layer.match_indices(&infix).any(|(at, _)| layer[at + infix.len()..].parse::<crate::domain::PackageName>().is_ok_and(|name| name.normalized() == *package))
}
