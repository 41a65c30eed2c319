//! One archive: its wheels laid out, merged and written.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::cache::{CacheError, WheelCache};
use super::layout::{LayoutError, ROOT};
use super::merge::{Content, LayerFile, merge};
use super::wheel_files::{Wheel, made_file, new_record};
use super::zip_file::{Method, ZipError, ZipFile};
use super::zip_writer::{Data, NeedsZip64, Zip, ZipEntry};
use super::{Manifest, ManifestWheel, UNZIPPED_MAX_BYTES};
use crate::domain::{HeldBack, LayerName, NormalizedName, Pin, Requirements, Runtime};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};

/// Most of what a wheel may unpack to before it is refused unread: what AWS takes, and as much again
/// for files that are not laid out.
const WHEEL_MAX_BYTES: u64 = 2 * UNZIPPED_MAX_BYTES;
/// Most warnings that a manifest keeps.
const WARNINGS_MAX: usize = 50;
/// The level of compression of the files that we make: small ones, for which time counts.
const DEFLATE_LEVEL: u8 = 1;

/// What to make.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// For which runtime.
    pub runtime: Runtime,
    /// Which package.
    pub package: NormalizedName,
    /// The package as its row spells it, with its extras.
    pub spelled: String,
    /// The layer that it becomes.
    pub layer: LayerName,
    /// Its distributions, the package among them.
    pub pins: &'a [Pin],
    /// The licence to name when the wheel names none.
    pub license: &'a str,
    /// The lock that the pins came from.
    pub lock: &'a str,
    /// Set when a newer version exists.
    pub held_back: Option<HeldBack>,
}

/// Why an archive cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// A wheel is not in the cache, or not what it should be.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A wheel is refused.
    #[error("`{wheel}` is refused: {source}")]
    Wheel {
        /// Which.
        wheel: String,
        /// Why.
        source: ZipError,
    },
    /// A wheel cannot be laid out.
    #[error("`{wheel}` is refused: {source}")]
    Layout {
        /// Which.
        wheel: String,
        /// Why.
        source: LayoutError,
    },
    /// A wheel's list of files cannot be read.
    #[error("`{wheel}` is refused: its `RECORD` cannot be read: {source}")]
    Record {
        /// Which.
        wheel: String,
        /// Why.
        source: csv::Error,
    },
    /// Two wheels do not go together.
    #[error("the wheels do not go together: {0}")]
    Merge(ZipError),
    /// It would be too large for a zip.
    #[error(transparent)]
    TooLarge(#[from] NeedsZip64),
    /// It could not be written.
    #[error(transparent)]
    Outside(#[from] OutsideError),
}

/// An archive that was written: `<layer>.zip`, `<layer>.pylock.toml` and `<layer>.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    /// What it says of itself.
    pub manifest: Manifest,
}

/// Makes the archive of `wanted` from cached wheels, in the folder `dist`. The manifest is written
/// last: where there is one, the archive is whole.
///
/// # Errors
/// When a wheel is missing, refused or not what the lock says; nothing is written then.
pub fn assemble(wanted: &Wanted<'_>, cache: &WheelCache, dist: &Path) -> Result<Assembled, AssembleError> {
    let pins = in_order(wanted);
    let wheels = pins.iter().map(|pin| cache.open(&pin.wheel)).collect::<Result<Vec<_>, _>>()?;
    // The hashes are checked beside the work; nothing leaves before both are done.
    let (checked, made) =
        rayon::join(|| pins.par_iter().zip(&wheels).try_for_each(|(pin, wheel)| cache.check(&pin.wheel, wheel)), || make(wanted, &pins, &wheels, dist));
    checked?;
    let (temporary, manifest) = made?;
    let path = |extension| dist.join(format!("{}.{extension}", wanted.layer));
    // Without a manifest there is no archive, so the old zip may go before the new one comes. Replacing it
    // would make some file systems write the new one to the disk at once, which takes longer than all of this.
    files::remove(&path("json"))?;
    files::remove(&path("zip"))?;
    files::place(temporary, &path("zip"), Durability::Process)?;
    files::write(&path("pylock.toml"), wanted.lock.as_bytes(), Durability::Process)?;
    files::write(&path("json"), manifest.canonical().as_bytes(), Durability::Process)?;
    Ok(Assembled { manifest })
}

/// The requested package, then the others as the lock has them.
fn in_order<'a>(wanted: &Wanted<'a>) -> Vec<&'a Pin> {
    let (mut first, rest): (Vec<&Pin>, Vec<&Pin>) = wanted.pins.iter().partition(|pin| pin.name == wanted.package);
    first.extend(rest);
    first
}

fn make(wanted: &Wanted<'_>, pins: &[&Pin], wheels: &[ZipFile], dist: &Path) -> Result<(tempfile::NamedTempFile, Manifest), AssembleError> {
    let python = wanted.runtime.python;
    let entries = pins
        .iter()
        .zip(wheels)
        .map(|(pin, wheel)| wheel.entries(WHEEL_MAX_BYTES).map_err(|source| AssembleError::Wheel { wheel: pin.wheel.filename.to_string(), source }));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let laid_out = pins.iter().zip(wheels.iter().zip(&entries)).map(|(pin, (wheel, entries))| Wheel::lay_out(pin, wheel, entries, python));
    let laid_out = laid_out.collect::<Result<Vec<_>, _>>()?;
    let license = laid_out.first().and_then(|wheel| wheel.license.clone()).unwrap_or_else(|| wanted.license.to_owned());
    let (mut distributions, mut records, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    for wheel in laid_out {
        distributions.push(wheel.distribution);
        records.push((wheel.record, wheel.record_is_right));
        warnings.extend(wheel.warnings);
    }
    let mut merged = merge(&mut distributions).map_err(AssembleError::Merge)?;
    for (distribution, (record, is_right)) in distributions.iter().zip(&records) {
        let unchanged = *is_right && merged.warnings.is_empty();
        if !unchanged {
            merged.files.insert(record.clone(), made_file(new_record(distribution, record).map_err(AssembleError::Merge)?));
        }
    }
    let requirements = Requirements::new(pins.iter().map(|pin| (&pin.name, pin.version.clone())));
    let requirements_path = format!("{ROOT}/requirements.txt");
    if merged.files.insert(requirements_path.clone(), made_file(requirements.to_string().into_bytes())).is_some() {
        warnings.push(format!("`{requirements_path}` of a wheel gave way to the list of what is in the layer"));
    }
    warnings.append(&mut merged.warnings);
    shorten(&mut warnings);

    let compressed = compress(&merged.files);
    let entries: Vec<ZipEntry<'_>> = merged.files.iter().map(|(path, file)| zip_entry(path, file, &compressed)).collect();
    let zip = Zip::new(&entries)?;
    files::create_dir(dist)?;
    let mut temporary = files::temporary_in(dist)?;
    let zip_sha256 = zip.write_to(temporary.as_file_mut()).map_err(OutsideError::file("write", temporary.path()))?;
    let manifest = Manifest {
        schema: 1,
        runtime: wanted.runtime,
        package: wanted.package.clone(),
        spelled: wanted.spelled.clone(),
        version: pins.first().map(|pin| pin.version.clone()).unwrap_or_default(),
        layer: wanted.layer.clone(),
        requirements_sha256: requirements.sha256(),
        requirements,
        zip_sha256,
        zip_bytes: zip.len(),
        unzipped_bytes: merged.files.values().map(LayerFile::size).sum(),
        files: merged.files.len() as u64,
        license,
        wheels: pins
            .iter()
            .zip(wheels)
            .map(|(pin, wheel)| ManifestWheel { filename: pin.wheel.filename.clone(), sha256: pin.wheel.sha256, bytes: wheel.size() })
            .collect(),
        warnings,
        held_back: wanted.held_back.clone(),
    };
    Ok((temporary, manifest))
}

/// The compressed bytes of the files that we made, by path; those that do not get smaller are left out.
fn compress(files: &BTreeMap<String, LayerFile<'_>>) -> BTreeMap<String, Vec<u8>> {
    let made: Vec<(&String, &Vec<u8>)> = files
        .iter()
        .filter_map(|(path, file)| match &file.content {
            Content::Made(bytes) => Some((path, bytes)),
            Content::Copied { .. } => None,
        })
        .collect();
    let compressed = made.into_par_iter().map(|(path, bytes)| (path.clone(), miniz_oxide::deflate::compress_to_vec(bytes, DEFLATE_LEVEL), bytes.len()));
    compressed.filter(|(_, compressed, size)| compressed.len() < *size).map(|(path, compressed, _)| (path, compressed)).collect()
}

fn zip_entry<'a>(path: &'a str, file: &'a LayerFile<'a>, compressed: &'a BTreeMap<String, Vec<u8>>) -> ZipEntry<'a> {
    let mode = if file.executable { 0o755 } else { 0o644 };
    match &file.content {
        Content::Copied { wheel: zip, entry } => {
            let data = Data::Range { zip, start: entry.start, len: entry.compressed_size };
            ZipEntry { path, mode, method: entry.method, crc32: entry.crc32, size: entry.size, data }
        }
        Content::Made(bytes) => {
            let (method, data) = compressed.get(path).map_or((Method::Stored, &bytes[..]), |data| (Method::Deflated, &data[..]));
            ZipEntry { path, mode, method, crc32: crc32fast::hash(bytes), size: bytes.len() as u64, data: Data::Bytes(data) }
        }
    }
}

fn shorten(warnings: &mut Vec<String>) {
    if warnings.len() > WARNINGS_MAX {
        let more = warnings.len() - WARNINGS_MAX;
        warnings.truncate(WARNINGS_MAX);
        warnings.push(format!("and {more} more"));
    }
}
