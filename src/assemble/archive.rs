//! One archive: what goes into it, written, and its papers.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::bytecode::{BytecodeError, Compiler};
use super::cache::{CacheError, WheelCache};
use super::contents::{Contents, compile};
use super::layout::LayoutError;
use super::manifest::{ImportRecord, Manifest, ManifestSource, ManifestWheel, SCHEMA};
use super::merge::{Content, LayerFile};
use super::place::{make_room, path};
use super::sbom::{SbomDistribution, SbomInput, sbom};
use super::zip_file::{Entry, Method, ZipError, ZipFile};
use super::zip_writer::{Data, NeedsZip64, Zip, ZipEntry};
use super::{Measure, UNZIPPED_MAX_BYTES, license, shadows};
use crate::domain::{Advisories, Drift, HeldBack, LayerName, NormalizedName, PackageSettings, Pin, Requirements, Runtime, Sha256};
use crate::outside::OutsideError;
use crate::outside::files::{self, Durability};

/// Most bytes that a wheel may unpack to before it is refused unread: what AWS takes, and as much again for files that
/// are not laid out.
const WHEEL_MAX_BYTES: u64 = 2 * UNZIPPED_MAX_BYTES;
/// Most warnings that a manifest keeps.
const WARNINGS_MAX: usize = 50;
/// The level of compression of the files that we make: small ones, for which time counts.
const DEFLATE_LEVEL: u8 = 1;

/// What a manifest says before the import test.
const NOT_YET: &str = "nobody tried";

const NOT_REPORTED: Advisories = Advisories::NotReported { yanked: None };

/// The layer to make: everything that decides its bytes.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The runtime that it is for.
    pub runtime: Runtime,
    /// Which package, or the bundle's name.
    pub package: NormalizedName,
    /// The package as its row spells it, with its extras.
    pub spelled: String,
    /// The version that the layer has: the package's, or the bundle's.
    pub version: String,
    /// The layer that it becomes.
    pub layer: LayerName,
    /// The distributions that it is about: they come first, and their licences are the layer's.
    pub requested: Vec<NormalizedName>,
    /// Its distributions, the requested among them.
    pub pins: &'a [Pin],
    /// The licence to name when the wheel names none.
    pub license: &'a str,
    /// The lock that the pins came from.
    pub lock: &'a str,
    /// Set when a newer version exists.
    pub held_back: Option<HeldBack>,
    /// What its last published build had in it.
    pub previous: Option<&'a Requirements>,
    /// What is said of it beyond its row.
    pub settings: PackageSettings,
    /// What the index knows against its wheels, by their hash.
    pub advisories: &'a BTreeMap<Sha256, Advisories>,
    /// Whether its modules are compiled.
    pub bytecode: BytecodeChoice<'a>,
}

/// Whether modules are compiled.
#[derive(Debug, Clone)]
pub enum BytecodeChoice<'a> {
    /// They are compiled, with this.
    Compile(&'a Compiler),
    /// They are not.
    Omit {
        /// Why they are not.
        reason: String,
    },
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
        /// The wheel's file name.
        wheel: String,
        /// Why it is refused.
        source: ZipError,
    },
    /// A wheel cannot be laid out.
    #[error("`{wheel}` is refused: {source}")]
    Layout {
        /// The wheel's file name.
        wheel: String,
        /// Why it cannot be.
        source: LayoutError,
    },
    /// A wheel says of itself that it is another.
    #[error("`{wheel}` is refused: its `METADATA` has the {what} `{says}`")]
    Identity {
        /// The wheel's file name.
        wheel: String,
        /// What it says otherwise: `name` or `version`.
        what: &'static str,
        /// What its `METADATA` says there.
        says: String,
    },
    /// A wheel's list of files cannot be read.
    #[error("`{wheel}` is refused: its `RECORD` cannot be read: {source}")]
    Record {
        /// The wheel's file name.
        wheel: String,
        /// Why its `RECORD` cannot be read.
        source: csv::Error,
    },
    /// A wheel's modules cannot be compiled at all.
    #[error("the modules of `{wheel}` cannot be compiled: {source}")]
    Bytecode {
        /// The wheel's file name.
        wheel: String,
        /// Why they cannot be.
        source: BytecodeError,
    },
    /// Two wheels do not go together.
    #[error("the wheels do not go together: {0}")]
    Merge(ZipError),
    /// It would be too large for a zip.
    #[error(transparent)]
    NeedsZip64(#[from] NeedsZip64),
    /// It would be too large for AWS: a sentence that names the largest things in it.
    #[error("{0}")]
    TooLarge(String),
    /// It could not be written.
    #[error(transparent)]
    Outside(#[from] OutsideError),
}

/// An archive that was written: `<layer>.zip`, `<layer>.pylock.toml`, `<layer>.cdx.json` and `<layer>.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    /// What it says of itself.
    pub manifest: Manifest,
}

/// Makes the archive of `wanted` from cached wheels, in the folder `dist`. The manifest is written
/// last: where there is one, the archive is whole. Who makes another build of the same layer there at the same time mixes the two.
///
/// # Errors
/// When a wheel is missing, refused or not what the lock says, or the layer would be too large; nothing is written then.
pub fn assemble(wanted: &Wanted<'_>, cache: &WheelCache, dist: &Path) -> Result<Assembled, AssembleError> {
    let pins = in_order(wanted);
    let wheels = pins.iter().map(|pin| cache.open(&pin.wheel)).collect::<Result<Vec<_>, _>>()?;
    // The hashes are checked beside the work; nothing leaves before both are done.
    let (checked, made) =
        rayon::join(|| pins.par_iter().zip(&wheels).try_for_each(|(pin, wheel)| cache.check(&pin.wheel, wheel)), || make(wanted, &pins, &wheels, dist));
    checked?;
    let Made { zip, manifest, sbom } = made?;
    make_room(&wanted.layer, dist)?;
    let path = |end| path(&wanted.layer, dist, end);
    files::place(zip, &path("zip"), Durability::Process)?;
    files::write(&path("pylock.toml"), wanted.lock.as_bytes(), Durability::Process)?;
    files::write(&path("cdx.json"), sbom.as_bytes(), Durability::Process)?;
    files::write(&path("json"), manifest.canonical().as_bytes(), Durability::Process)?;
    Ok(Assembled { manifest })
}

/// What was requested, in that order, then the others as the lock has them.
fn in_order<'a>(wanted: &Wanted<'a>) -> Vec<&'a Pin> {
    let place = |pin: &&Pin| wanted.requested.iter().position(|name| *name == pin.name).unwrap_or(usize::MAX);
    let mut pins: Vec<&Pin> = wanted.pins.iter().collect();
    pins.sort_by_key(place);
    pins
}

/// An archive before it has its place.
struct Made {
    zip: tempfile::NamedTempFile,
    manifest: Manifest,
    sbom: String,
}

fn make(wanted: &Wanted<'_>, pins: &[&Pin], wheels: &[ZipFile], dist: &Path) -> Result<Made, AssembleError> {
    let entries = pins
        .iter()
        .zip(wheels)
        .map(|(pin, wheel)| wheel.entries(WHEEL_MAX_BYTES).map_err(|source| AssembleError::Wheel { wheel: pin.wheel.filename.to_string(), source }));
    let entries = entries.collect::<Result<Vec<Vec<Entry>>, _>>()?;
    let compiled = compile(&wanted.bytecode, pins, wheels, &entries)?;
    let mut contents = Contents::of(wanted, pins, wheels, &entries)?;
    let requirements = Requirements::new(pins.iter().map(|pin| (&pin.name, pin.version.clone())));
    contents.add_requirements(&requirements);
    let bytecode = contents.add_bytecode(&wanted.bytecode, &compiled, &wanted.settings.without_bytecode);

    let compressed = compress(&contents.files);
    let entries: Vec<ZipEntry<'_>> = contents.files.iter().map(|(path, file)| zip_entry(path, file, &compressed)).collect();
    let zipped: BTreeMap<&str, u64> = entries.iter().map(|entry| (entry.path, entry.data.len())).collect();
    let sizes = contents.sizes(pins, |path| zipped[path]);
    let unzipped_bytes = contents.files.values().map(LayerFile::size).sum();
    if let Some(reason) = sizes.too_large(Measure::Unzipped, unzipped_bytes, UNZIPPED_MAX_BYTES) {
        return Err(AssembleError::TooLarge(reason));
    }
    let zip = Zip::new(&entries)?;
    files::create_dir(dist)?;
    let mut temporary = files::temporary_in(dist)?;
    let zip_sha256 = zip.write_to(temporary.as_file_mut()).map_err(OutsideError::file("write", temporary.path()))?;
    contents.warnings.extend(shadows::warnings(contents.files.keys().map(String::as_str), wanted.runtime.python));
    shorten(&mut contents.warnings);
    let manifest = Manifest {
        schema: SCHEMA,
        runtime: wanted.runtime,
        package: wanted.package.clone(),
        spelled: wanted.spelled.clone(),
        version: wanted.version.clone(),
        layer: wanted.layer.clone(),
        requirements_sha256: requirements.sha256(),
        drift: wanted.previous.map(|previous| Drift::between(previous, &requirements)),
        requirements,
        zip_sha256,
        zip_bytes: zip.len(),
        unzipped_bytes,
        files: contents.files.len() as u64,
        license: license(wanted, &contents),
        wheels: pins.iter().zip(wheels).map(|(pin, wheel)| manifest_wheel(pin, wheel)).collect(),
        warnings: contents.warnings.clone(),
        held_back: wanted.held_back.clone(),
        bytecode,
        slim: wanted.settings.slim.clone(),
        advisories: pins.iter().filter_map(|pin| Some((pin.name.clone(), wanted.advisories.get(&pin.wheel.sha256)?.clone()))).collect(),
        sizes,
        requested: wanted.requested.clone(),
        import_test: ImportRecord::NotTested { reason: NOT_YET.to_owned() },
    };
    let sbom = sbom(&sbom_input(&manifest, pins, &contents));
    Ok(Made { zip: temporary, manifest, sbom })
}

fn sbom_input<'a>(manifest: &'a Manifest, pins: &[&'a Pin], contents: &'a Contents<'_>) -> SbomInput<'a> {
    let distributions = pins.iter().zip(&contents.papers).map(|(pin, papers)| SbomDistribution {
        name: &pin.name,
        version: &pin.version,
        filename: &pin.wheel.filename,
        sha256: pin.wheel.sha256,
        // Where a wheel was had may hold credentials, and moves.
        url: None,
        metadata: &papers.metadata,
        sboms: papers.sboms.clone(),
        advisories: manifest.advisories.get(&pin.name).unwrap_or(&NOT_REPORTED),
    });
    SbomInput {
        layer: &manifest.layer,
        runtime: manifest.runtime,
        package: &manifest.package,
        spelled: &manifest.spelled,
        version: &manifest.version,
        zip_sha256: manifest.zip_sha256,
        distributions: distributions.collect(),
    }
}

fn manifest_wheel(pin: &Pin, wheel: &ZipFile) -> ManifestWheel {
    let built_from = pin.built_from.as_ref().map(|source| ManifestSource { filename: source.filename.clone(), sha256: source.sha256 });
    ManifestWheel { filename: pin.wheel.filename.clone(), sha256: pin.wheel.sha256, bytes: wheel.size(), built_from }
}

/// The licences of what was requested, each once; what the row says when no wheel names one.
fn license(wanted: &Wanted<'_>, contents: &Contents<'_>) -> String {
    let mut named: Vec<String> = Vec::new();
    for license in contents.papers.iter().take(wanted.requested.len()).filter_map(|papers| license::from_metadata(&papers.metadata)) {
        if !named.contains(&license) {
            named.push(license);
        }
    }
    if named.is_empty() { wanted.license.to_owned() } else { named.join(", ") }
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
