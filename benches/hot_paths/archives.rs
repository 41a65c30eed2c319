//! From a wheel to an archive, and what is looked at before it may be published.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _};
use std::path::Path;

use criterion::Criterion;
use klayers::assemble::{UNZIPPED_MAX_BYTES, ZipFile};
use klayers::verify::inspect;
use zip::{ZipArchive, ZipWriter};

use super::beside::side_by_side;
use super::chance;
use super::layer::{Cached, LAYER, rules};
use super::wheel::Wheel;

const SEED: u64 = 7;
const MODULES: usize = 800;
const LINES_OF_MODULE: usize = 100;
/// Data that no compression makes smaller.
const DATA_FILES: usize = 4;
const DATA_FILE_BYTES: usize = 1 << 20;
const READ_BYTES: usize = 128 << 10;

/// One wheel of about 8 MB.
pub fn time(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let cached = Cached::new(&wheel(), folder.path());
    let path = cached.cache.path(cached.pins[0].wheel.sha256);
    let dist = folder.path().join("dist");
    cached.assemble(&dist).unwrap();
    let archive = dist.join(format!("{LAYER}.zip"));
    assert!(inspect(&dist, LAYER, &rules()).is_ok());

    let entries = || ZipFile::open(&path).unwrap().entries(UNZIPPED_MAX_BYTES).unwrap().len();
    side_by_side(criterion, "list and check the entries of a wheel", entries, "the zip crate", || listed(&path));

    let copied = folder.path().join("copied.zip");
    side_by_side(
        criterion,
        "make an archive of a wheel, with its papers",
        || cached.assemble(&dist).unwrap(),
        "raw copies by the zip crate",
        || copy(&path, &copied),
    );

    side_by_side(
        criterion,
        "look through an archive",
        || inspect(&dist, LAYER, &rules()).is_ok(),
        "unpack it in memory by the zip crate",
        || unpacked(&archive),
    );
}

fn wheel() -> Vec<u8> {
    let mut wheel = Wheel::new("x", "1.0");
    for at in 0..MODULES {
        let mut random = chance::of(SEED, &["module", &at.to_string()]);
        let line = |number| format!("name_{number} = \"{}\"  # what this is, is said here\n", chance::digits(&mut random, 8));
        wheel = wheel.file(&format!("x/part_{}/module_{at}.py", at % 20), (0..LINES_OF_MODULE).map(line).collect::<String>());
    }
    for at in 0..DATA_FILES {
        let mut data = vec![0; DATA_FILE_BYTES];
        chance::of(SEED, &["data", &at.to_string()]).fill(&mut data);
        wheel = wheel.file(&format!("x/data_{at}.bin"), data);
    }
    wheel.bytes()
}

fn listed(path: &Path) -> usize {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).unwrap())).unwrap();
    (0..archive.len()).filter(|&at| archive.by_index_raw(at).unwrap().is_file()).count()
}

fn copy(from: &Path, to: &Path) {
    let mut archive = ZipArchive::new(BufReader::new(File::open(from).unwrap())).unwrap();
    let file = File::options().write(true).create(true).truncate(true).open(to).unwrap();
    let mut writer = ZipWriter::new(BufWriter::new(file));
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).unwrap();
        let name = format!("python/{}", entry.name().unwrap());
        writer.raw_copy_file_rename(entry, name).unwrap();
    }
    writer.finish().unwrap();
}

/// As much memory as ours takes, and the CRC of each file held against what the zip says.
fn unpacked(path: &Path) -> usize {
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).unwrap())).unwrap();
    let mut buffer = vec![0; READ_BYTES];
    let mut total = 0;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        loop {
            match entry.read(&mut buffer).unwrap() {
                0 => break,
                count => total += count,
            }
        }
    }
    total
}
