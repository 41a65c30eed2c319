//! One wheel as the files that it becomes in a layer.

use std::collections::BTreeMap;

use super::archive::AssembleError;
use super::entry_points;
use super::layout::{Place, ROOT, WheelFolders};
use super::merge::{Content, Distribution, LayerFile};
use super::record_file;
use super::zip_file::{Entry, ZipError, ZipFile};
use crate::domain::{Pin, PythonMinor, Sha256, shown};

/// Bills of materials that are read: their number and size.
const SBOMS_MAX: usize = 20;
const SBOM_MAX_BYTES: u64 = 16 << 20;
/// Largest `METADATA`. Those with a whole book as their description have a megabyte.
const METADATA_MAX_BYTES: u64 = 16 << 20;
/// Largest `entry_points.txt`: ten thousand programs. Each becomes a file.
const ENTRY_POINTS_MAX_BYTES: u64 = 1 << 20;

/// A wheel, laid out.
pub struct Wheel<'a> {
    /// Its files.
    pub distribution: Distribution<'a>,
    /// The path of its `RECORD` in the layer.
    pub record: String,
    /// Whether the wheel's own `RECORD` is true of the layer too.
    pub record_is_right: bool,
    /// Its `METADATA`.
    pub metadata: String,
    /// The bills of materials that it carries, by name. <https://peps.python.org/pep-0770/>
    pub sboms: Vec<(String, Vec<u8>)>,
    /// What a reviewer should know.
    pub warnings: Vec<String>,
}

impl<'a> Wheel<'a> {
    /// Lays out an opened wheel.
    ///
    /// # Errors
    /// When it cannot be installed safely.
    pub fn lay_out(pin: &Pin, wheel: &'a ZipFile, entries: &'a [Entry], python: PythonMinor) -> Result<Self, AssembleError> {
        let name = &pin.name;
        let filename = || pin.wheel.filename.to_string();
        let refused = |source| AssembleError::Wheel { wheel: filename(), source };
        let misplaced = |source| AssembleError::Layout { wheel: filename(), source };
        let folders = WheelFolders::find(entries, name).map_err(misplaced)?;
        let text = |file: &str, max_bytes| -> Result<Vec<u8>, AssembleError> {
            let path = format!("{}/{file}", folders.dist_info);
            let text = entries.iter().find(|entry| entry.path == path).map(|entry| wheel.inflate_small(entry, max_bytes)).transpose();
            text.map(Option::unwrap_or_default).map_err(refused)
        };
        let record = text("RECORD", record_file::MAX_BYTES)?;
        let hashes = record_file::read(&record);
        let hashes = hashes.map_err(|source| AssembleError::Record { wheel: filename(), source })?;
        let own_record = format!("{}/RECORD", folders.dist_info);
        let mut record_is_right = record.split(|&byte| byte == b'\n').any(|line| line.starts_with(own_record.as_bytes()));
        let mut files = BTreeMap::new();
        for entry in entries {
            // Bytecode is the runtime's own, made by us, or none.
            if entry.path.contains("__pycache__/") {
                record_is_right = false;
                continue;
            }
            let sha256 = hashes.get(&entry.path).copied();
            let (path, content, sha256) = match folders.place(&entry.path).map_err(misplaced)? {
                Place::File(path) => (path, Content::Copied { wheel, entry }, sha256),
                Place::Script(path) => match entry_points::with_shebang(&wheel.inflate(entry).map_err(refused)?, python) {
                    Some(script) => (path, Content::Made(script), None),
                    None => (path, Content::Copied { wheel, entry }, sha256),
                },
            };
            let moved = path.strip_prefix(ROOT).is_none_or(|rest| rest.trim_start_matches('/') != entry.path);
            record_is_right &= !moved && (sha256.is_some() || entry.path == own_record);
            let executable = entry.mode & 0o111 != 0 || path.starts_with("python/bin/");
            if files.insert(path.clone(), LayerFile { content, sha256, executable }).is_some() {
                return Err(refused(ZipError::Twice(path)));
            }
        }
        record_is_right &= hashes.len() + 1 == entries.len();
        let (points, mut warnings) = entry_points::read(&String::from_utf8_lossy(&text("entry_points.txt", ENTRY_POINTS_MAX_BYTES)?));
        for refused in &mut warnings {
            *refused = format!("an entry point of `{name}` was left out: `{}`", shown(&*refused));
        }
        for point in points {
            let path = format!("{ROOT}/bin/{}", point.name);
            record_is_right = false;
            files.entry(path).or_insert_with(|| LayerFile { executable: true, ..made_file(point.program(python)) });
        }
        let metadata = String::from_utf8_lossy(&text("METADATA", METADATA_MAX_BYTES)?).into_owned();
        let bills = format!("{}/sboms/", folders.dist_info);
        let bills = entries.iter().filter_map(|entry| Some((entry.path.strip_prefix(&bills)?, entry))).filter(|(_, entry)| entry.size <= SBOM_MAX_BYTES);
        let sboms = bills.take(SBOMS_MAX).map(|(name, entry)| Ok((name.to_owned(), wheel.inflate(entry)?))).collect::<Result<_, _>>().map_err(refused)?;
        let record = format!("{ROOT}/{own_record}");
        Ok(Self { distribution: Distribution { name: name.clone(), files }, record, record_is_right, metadata, sboms, warnings })
    }
}

/// The `RECORD` of what a distribution has in the layer.
///
/// # Errors
/// When a file has to be hashed and is damaged.
pub fn new_record(distribution: &Distribution<'_>, record: &str) -> Result<Vec<u8>, ZipError> {
    let relative = |path: &'_ str| path.strip_prefix(ROOT).map_or(0, |rest| path.len() - rest.trim_start_matches('/').len());
    let rows = distribution.files.iter().filter(|(path, _)| *path != record);
    let rows = rows.map(|(path, file)| Ok((&path[relative(path)..], file.hash()?, file.size()))).collect::<Result<Vec<_>, ZipError>>()?;
    Ok(record_file::write(rows, &record[relative(record)..]))
}

/// A file that we wrote ourselves.
pub fn made_file(bytes: Vec<u8>) -> LayerFile<'static> {
    LayerFile { sha256: Some(Sha256::of(&bytes)), content: Content::Made(bytes), executable: false }
}
