//! The end of a zip, where it is said where the directory is: up to three times, and unpackers differ in whom they believe. So all
//! must say the same, and nothing may stand between the directory, the end, and the end of the file.
//!
//! Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, sections 4.3.14 to 4.3.16.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use super::zip_file::ZipError;

/// The record at the end, without its comment.
const END_BYTES: usize = 22;
/// What leads to the record of zip64, and that record.
const LOCATOR_BYTES: usize = 20;
const ZIP64_BYTES: usize = 56;
const END_MARK: &[u8; 4] = b"PK\x05\x06";

/// The list of a zip's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directory {
    /// The offset at which it begins.
    pub start: u64,
    /// How many entries it has.
    pub count: u64,
}

/// The directory of a zip of `file_size` bytes whose record at the end is at `end`.
///
/// # Errors
/// When it could be in two places, or have two lengths.
pub fn directory(file: &File, file_size: u64, end: u64) -> Result<Directory, ZipError> {
    let not_plain = |reason: &str| ZipError::NotAZip(reason.to_owned());
    let unreadable = |error: std::io::Error| ZipError::NotAZip(error.to_string());
    let mut record = [0; END_BYTES];
    file.read_exact_at(&mut record, end).map_err(unreadable)?;
    let comment_len = short(&record, 20);
    if end + END_BYTES as u64 + u64::from(comment_len) != file_size {
        return Err(not_plain("something follows its end"));
    }
    let mut comment = vec![0; comment_len.into()];
    file.read_exact_at(&mut comment, end + END_BYTES as u64).map_err(unreadable)?;
    if comment.windows(END_MARK.len()).any(|bytes| bytes == END_MARK) {
        return Err(not_plain("its comment has another end"));
    }
    let [disk, directory_disk, here, count] = [4, 6, 8, 10].map(|at| short(&record, at));
    if disk != 0 || directory_disk != 0 || here != count {
        return Err(not_plain("it is a part of several files"));
    }
    let told = [count.into(), long(&record, 12).into(), long(&record, 16).into()];
    let Some(zip64) = zip64(file, end).map_err(unreadable)? else {
        return contiguous(told, end).ok_or_else(|| not_plain("its directory is not where its end says"));
    };
    let limits: [u64; 3] = [u16::MAX.into(), u32::MAX.into(), u32::MAX.into()];
    let agrees = told.iter().zip(limits).zip(zip64.told).all(|((&told, limit), told_there)| told == limit || told == told_there);
    contiguous(zip64.told, zip64.start).filter(|_| agrees && zip64.is_plain).ok_or_else(|| not_plain("its end and the record of zip64 do not say the same"))
}

/// The directory that these numbers tell of, if it ends where it must: its count of entries, size and start.
fn contiguous([count, size, start]: [u64; 3], end: u64) -> Option<Directory> {
    (start.checked_add(size) == Some(end)).then_some(Directory { start, count })
}

/// The larger form of the end.
struct Zip64 {
    start: u64,
    told: [u64; 3],
    /// Whether it is of one file, and has no more fields than these.
    is_plain: bool,
}

/// The record of zip64, if something before the end leads to one. It is looked for where most look: right there.
fn zip64(file: &File, end: u64) -> std::io::Result<Option<Zip64>> {
    const BYTES: usize = ZIP64_BYTES + LOCATOR_BYTES;
    let Some(locator_start) = end.checked_sub(LOCATOR_BYTES as u64) else { return Ok(None) };
    let mut locator = [0; LOCATOR_BYTES];
    file.read_exact_at(&mut locator, locator_start)?;
    if &locator[..4] != b"PK\x06\x07" {
        return Ok(None);
    }
    let Some(start) = end.checked_sub(BYTES as u64) else { return Ok(Some(Zip64 { start: 0, told: [0; 3], is_plain: false })) };
    let mut record = [0; ZIP64_BYTES];
    file.read_exact_at(&mut record, start)?;
    let [size_of_rest, here, count, size, directory] = [4, 24, 32, 40, 48].map(|at| huge(&record, at));
    let is_plain = &record[..4] == b"PK\x06\x06"
        && size_of_rest == (ZIP64_BYTES - 12) as u64
        && (long(&record, 16), long(&record, 20)) == (0, 0)
        && here == count
        && (long(&locator, 4), huge(&locator, 8), long(&locator, 16) <= 1) == (0, start, true);
    Ok(Some(Zip64 { start, told: [count, size, directory], is_plain }))
}

fn short(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from(short(bytes, at)) | u32::from(short(bytes, at + 2)) << 16
}

fn huge(bytes: &[u8], at: usize) -> u64 {
    u64::from(long(bytes, at)) | u64::from(long(bytes, at + 4)) << 32
}
