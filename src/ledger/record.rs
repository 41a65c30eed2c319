//! Adds what receipts tell to the ledger. Doing it twice is doing it once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::read::{BUILD_TIMES, EVENTS, LOCK, STATUS, problems_of_last_line};
use super::{BuildTimes, Event, Ledger, Published};
use crate::domain::{ArchiveRecord, Attempt, LayerName, LayerNumbers, NormalizedName, Receipt, RegionCode, Runtime, Sha256};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};
use crate::outside::lock::Lock;
use crate::report::{Location, Problem, Problems};

const LOCK_FILE: &str = ".lock";

/// The only one who writes to a ledger, for as long as it lives.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    _lock: Lock,
}

/// How much was added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    /// How many lines were added.
    pub events: usize,
    /// How many layer versions these lines tell of.
    pub layer_versions: usize,
}

/// Why nothing, or not all, was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A file cannot be read or written.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// Receipts contradict themselves or the record: a layer that is another package's, a number twice.
    #[error("the receipts cannot be recorded: they contradict themselves or the record")]
    Untrue(Problems),
}

impl Writer {
    /// Takes the ledger's lock, then removes what a killed writer left half-written.
    ///
    /// # Errors
    /// [`OutsideError::Locked`] when somebody else is writing.
    pub fn open(folder: &Path) -> Result<Self, OutsideError> {
        let lock = Lock::acquire(&folder.join(LOCK_FILE))?;
        files::remove_leftovers(folder)?;
        Ok(Self { folder: folder.to_owned(), _lock: lock })
    }

    /// Records `receipts` on top of `ledger`, which was read under this lock. One line per build;
    /// layer versions that are recorded already are passed over.
    ///
    /// # Errors
    /// When a file cannot be written: what was written before stands and is passed over next time. [`RecordError::Untrue`] when
    /// receipts would make lines that are no record: they come from another machine. Then nothing is written.
    pub fn record(&self, ledger: &Ledger, receipts: &[Receipt], now: Timestamp) -> Result<Recorded, RecordError> {
        let additions = additions(ledger, receipts);
        let untrue = untrue(ledger, &additions);
        if untrue.has_errors() {
            return Err(RecordError::Untrue(untrue));
        }
        let mut recorded = Recorded::default();
        for Addition { archive, published } in additions {
            let folder = self.folder.join(archive.runtime.to_string()).join(archive.package.as_str());
            // The lock first: if we die in between, the next run does both again.
            files::write(&folder.join(LOCK), archive.lock.as_bytes(), Durability::Power)?;
            if let Some(published) = published {
                recorded.events += 1;
                recorded.layer_versions += published.regions.len();
                self.append_to(&folder.join(EVENTS), &Event::Published(published))?;
            }
        }
        self.update_runtimes(ledger, receipts, now)?;
        Ok(recorded)
    }

    /// Adds one line about `package`.
    ///
    /// # Errors
    /// When the file cannot be written; then it is as it was.
    pub fn append(&self, runtime: Runtime, package: &NormalizedName, event: &Event) -> Result<(), OutsideError> {
        self.append_to(&self.folder.join(runtime.to_string()).join(package.as_str()).join(EVENTS), event)
    }

    /// Writes all lines of a package, and its lock if there is another.
    pub(super) fn write_package(&self, runtime: Runtime, package: &NormalizedName, events: &[Event], lock: Option<&str>) -> Result<(), OutsideError> {
        let folder = self.folder.join(runtime.to_string()).join(package.as_str());
        if let Some(lock) = lock {
            files::write(&folder.join(LOCK), lock.as_bytes(), Durability::Power)?;
        }
        let lines: String = events.iter().map(Event::canonical).collect();
        files::write(&folder.join(EVENTS), lines.as_bytes(), Durability::Power).map(|_| ())
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the file anew with one more line, so that no reader and no crash sees half a line.
    fn append_to(&self, path: &Path, event: &Event) -> Result<(), OutsideError> {
        let mut bytes = files::read_if_exists(path, u64::MAX - 1)?.unwrap_or_default();
        bytes.extend_from_slice(event.canonical().as_bytes());
        files::write(path, &bytes, Durability::Power).map(|_| ())
    }

    fn update_runtimes(&self, ledger: &Ledger, receipts: &[Receipt], now: Timestamp) -> Result<(), OutsideError> {
        let mut by_runtime: BTreeMap<Runtime, BTreeMap<NormalizedName, &Attempt>> = BTreeMap::new();
        for receipt in receipts {
            if let Receipt::Attempt(attempt) = receipt {
                by_runtime.entry(attempt.runtime).or_default().insert(attempt.package.clone(), attempt);
            }
        }
        for (runtime, attempts) in by_runtime {
            let mut times = ledger.build_times.get(&runtime).cloned().unwrap_or_default();
            times.update(attempts.values().copied());
            if times != BuildTimes::default() || ledger.build_times.contains_key(&runtime) {
                let path = self.folder.join(runtime.to_string()).join(BUILD_TIMES);
                files::write(&path, times.canonical().as_bytes(), Durability::Power)?;
            }
            let mut status = ledger.status.get(&runtime).cloned().unwrap_or_default();
            status.update(attempts.into_values(), now);
            let path = self.folder.join(runtime.to_string()).join(STATUS);
            files::write(&path, status.canonical().as_bytes(), Durability::Power)?;
        }
        Ok(())
    }
}

/// What receipts add to the record of one package.
struct Addition<'a> {
    /// Whose lock becomes the package's.
    archive: &'a ArchiveRecord,
    /// The line; none when all of it is recorded already.
    published: Option<Published>,
}

/// What `receipts` add to `ledger`: by layer, and for one layer by time.
fn additions<'a>(ledger: &Ledger, receipts: &'a [Receipt]) -> Vec<Addition<'a>> {
    let mut archives: BTreeMap<(&LayerName, Sha256), (&ArchiveRecord, LayerNumbers, Timestamp)> = BTreeMap::new();
    for receipt in receipts {
        if let Receipt::Archive(archive) = receipt {
            archives.insert((&archive.layer, archive.zip_sha256), (archive, LayerNumbers::default(), Timestamp::MIN));
        }
    }
    for receipt in receipts {
        if let Receipt::Published { layer, zip_sha256, region, version, at } = receipt
            && let Some((_, regions, last)) = archives.get_mut(&(layer, *zip_sha256))
        {
            regions.insert(region.clone(), *version);
            *last = (*last).max(*at);
        }
    }
    let mut archives: Vec<_> = archives.into_values().filter(|(_, regions, _)| !regions.is_empty()).collect();
    archives.sort_by(|(a, _, a_at), (b, _, b_at)| (&a.layer, a_at, a.zip_sha256).cmp(&(&b.layer, b_at, b.zip_sha256)));
    let addition = |(archive, regions, at): (&'a ArchiveRecord, LayerNumbers, Timestamp)| {
        let before = ledger.packages.get(&(archive.runtime, archive.package.clone()));
        let told: Vec<&Published> = before.into_iter().flat_map(|before| before.events.iter().filter_map(Event::publication)).collect();
        let known = |region: &RegionCode, number: u64| told.iter().any(|told| told.has(&archive.layer, region, number));
        let new = regions.iter().filter(|&(region, &number)| !known(region, number));
        let new: LayerNumbers = new.map(|(region, &number)| (region.clone(), number)).collect();
        Addition { archive, published: (!new.is_empty()).then(|| published(archive, new, at)) }
    };
    archives.into_iter().map(addition).collect()
}

/// What speaks against the lines of `additions`: that they contradict themselves or the record.
fn untrue(ledger: &Ledger, additions: &[Addition<'_>]) -> Problems {
    let mut problems = Problems::new();
    let mut packages: BTreeMap<(Runtime, &NormalizedName), String> = BTreeMap::new();
    for Addition { archive, published } in additions {
        let Some(published) = published else { continue };
        let before = ledger.packages.get(&(archive.runtime, archive.package.clone())).into_iter().flat_map(|before| &before.events);
        let lines = packages.entry((archive.runtime, &archive.package)).or_insert_with(|| before.map(Event::canonical).collect());
        lines.push_str(&Event::Published(published.clone()).canonical());
        let of_archive = |problem: Problem| {
            let message = format!("the receipts of `{}` would make a line that is no record: {}", archive.layer, problem.message);
            let help = "publish it again, and record the receipts of that";
            Problem::new(Location::file(format!("{}/{}/{EVENTS}", archive.runtime, archive.package)), "receipts-untrue", message, help)
        };
        problems.extend(problems_of_last_line(lines, archive.runtime, &archive.package).into_iter().map(of_archive));
    }
    problems
}

fn published(archive: &ArchiveRecord, regions: LayerNumbers, at: Timestamp) -> Published {
    let archive = archive.clone();
    Published {
        at,
        account: archive.account,
        partition: archive.partition,
        layer: archive.layer,
        package: archive.spelled,
        version: archive.version,
        requirements_sha256: archive.requirements.sha256(),
        requirements: archive.requirements,
        zip_sha256: archive.zip_sha256,
        zip_bytes: archive.zip_bytes,
        unzipped_bytes: archive.unzipped_bytes,
        license: archive.license,
        papers: archive.papers,
        regions,
    }
}
