//! Reads a zip as a list of entries, believing nothing.
//!
//! Wheels and archives come from strangers: each refusal below is a trick that some unpacker fell
//! for. <https://packaging.python.org/en/latest/specifications/binary-distribution-format/>

use std::collections::BTreeSet;
use std::io::Read as _;

use rawzip::{CompressionMethod, ZipArchive};

/// Most entries that are looked at. Large wheels of today have about 30,000.
pub const ENTRIES_MAX: usize = 65_535;
/// Longest path of an entry, in bytes: what Linux opens (`PATH_MAX`) below `/opt`.
const PATH_MAX_BYTES: usize = 4000;
/// Longest part of a path, in bytes (`NAME_MAX`).
const PART_MAX_BYTES: usize = 255;

/// A zip held in memory, as its checked entries.
#[derive(Debug)]
pub struct WheelArchive<'a> {
    /// The files in it, in the order of its directory. Folders are left out.
    pub entries: Vec<Entry<'a>>,
}

/// One file of a zip.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its path: relative, without `.`, `..`, backslashes or control characters.
    pub path: &'a str,
    /// Its Unix mode and file type, as the zip says.
    pub mode: u32,
    /// How it is compressed.
    pub method: Method,
    /// The CRC-32 of its content, as the zip says.
    pub crc32: u32,
    /// The size of its content in bytes, as the zip says.
    pub size: u64,
    /// Its compressed bytes.
    pub compressed: &'a [u8],
    /// The date and time that the zip gives it: year, month, day, hour, minute, second.
    pub modified: [u16; 6],
}

/// The two ways of compression that every unpacker knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// As it is.
    Stored,
    /// Deflate.
    Deflated,
}

/// Why a zip is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WheelError {
    /// It is not a zip, or damaged.
    #[error("it is not a readable zip: {0}")]
    NotAZip(String),
    /// It has more entries than can be meant.
    #[error("it has more than {ENTRIES_MAX} entries")]
    TooManyEntries,
    /// A path that must not be unpacked.
    #[error("the path `{}` {reason}", path.escape_debug())]
    Path {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An entry that is neither file nor folder.
    #[error("`{0}` is a link or a device")]
    NotAFile(String),
    /// An entry that cannot be copied.
    #[error("`{path}` {reason}")]
    Entry {
        /// Which.
        path: String,
        /// Why not.
        reason: &'static str,
    },
    /// Two entries with one path, or one path below the other.
    #[error("`{0}` is there twice, or is a file and a folder")]
    Twice(String),
    /// What the entries hold is more than they may.
    #[error("it unpacks to more than {limit} bytes")]
    TooLarge {
        /// The most that it may.
        limit: u64,
    },
}

impl<'a> WheelArchive<'a> {
    /// Reads the directory of `bytes`, which may unpack to `size_limit` bytes in all.
    ///
    /// # Errors
    /// When anything about it could be unpacked in two ways, or outside its folder.
    pub fn read(bytes: &'a [u8], size_limit: u64) -> Result<Self, WheelError> {
        let damaged = |error: rawzip::Error| WheelError::NotAZip(error.to_string());
        let archive = ZipArchive::from_slice(bytes).map_err(damaged)?;
        let mut headers = archive.entries();
        let mut entries: Vec<Entry<'a>> = Vec::new();
        let mut ranges = Vec::new();
        let mut total = 0_u64;
        let mut seen = 0_u64;
        while let Some(header) = headers.next_entry().map_err(damaged)? {
            seen += 1;
            if entries.len() == ENTRIES_MAX {
                return Err(WheelError::TooManyEntries);
            }
            let local = archive.get_entry(header.wayfinder()).map_err(damaged)?;
            let (start, end) = local.compressed_data_range();
            let (start, end) = (index(start), index(end));
            ranges.push((index(header.local_header_offset()), end));
            let name = header.file_path().as_bytes();
            if local.local_header().file_path().as_bytes() != name {
                return Err(WheelError::NotAZip("a local header names another file than the directory".to_owned()));
            }
            // The name's bytes again, from the slice that outlives the reader.
            let path = checked_path(name)?;
            let file_type = header.mode().value() & 0o170_000;
            if header.is_dir() {
                continue;
            }
            if header.mode().is_symlink() || !matches!(file_type, 0 | 0o100_000) {
                return Err(WheelError::NotAFile(path.to_owned()));
            }
            let refuse = |reason| Err(WheelError::Entry { path: path.to_owned(), reason });
            if header.flags().is_encrypted() {
                return refuse("is encrypted");
            }
            let method = match header.compression_method() {
                CompressionMethod::STORE => Method::Stored,
                CompressionMethod::DEFLATE => Method::Deflated,
                _ => return refuse("is compressed in a way that is neither `stored` nor `deflated`"),
            };
            let size = header.uncompressed_size_hint();
            total = total.saturating_add(size);
            if total > size_limit {
                return Err(WheelError::TooLarge { limit: size_limit });
            }
            if method == Method::Stored && size != (end - start) as u64 {
                return refuse("is stored with two sizes");
            }
            let path = path_in(bytes, index(header.local_header_offset()), path.len());
            let dos = header.last_modified_dos();
            let modified = [dos.year(), dos.month().into(), dos.day().into(), dos.hour().into(), dos.minute().into(), dos.second().into()];
            entries.push(Entry { path, mode: header.mode().value(), method, crc32: header.crc32(), size, compressed: &bytes[start..end], modified });
        }
        if seen != archive.entries_hint() {
            return Err(WheelError::NotAZip("its directory does not have as many entries as it says".to_owned()));
        }
        refuse_overlaps(&mut ranges)?;
        refuse_twins(&entries)?;
        Ok(Self { entries })
    }

    /// The entry at `path`.
    pub fn entry(&self, path: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|entry| entry.path == path)
    }
}

/// The content of an entry, which must be exactly as long as it says and have the CRC that it says.
///
/// # Errors
/// When the data is damaged or lies about itself.
pub fn inflate(entry: &Entry<'_>) -> Result<Vec<u8>, WheelError> {
    let refuse = |reason| WheelError::Entry { path: entry.path.to_owned(), reason };
    let content = match entry.method {
        Method::Stored => entry.compressed.to_vec(),
        Method::Deflated => {
            let mut content = Vec::with_capacity(index(entry.size));
            let limited = flate2::bufread::DeflateDecoder::new(entry.compressed).take(entry.size + 1);
            { limited }.read_to_end(&mut content).map_err(|_| refuse("cannot be unpacked"))?;
            content
        }
    };
    if content.len() as u64 != entry.size {
        return Err(refuse("does not unpack to the size that it says"));
    }
    if crc32fast::hash(&content) != entry.crc32 {
        return Err(refuse("does not have the CRC that it says"));
    }
    Ok(content)
}

/// The path as text, if it can only be unpacked below its folder.
fn checked_path(name: &[u8]) -> Result<&str, WheelError> {
    let Ok(path) = std::str::from_utf8(name) else {
        return Err(WheelError::Path { path: String::from_utf8_lossy(name).into_owned(), reason: "is not UTF-8" });
    };
    let parts = path.strip_suffix('/').unwrap_or(path).split('/');
    let reason = if path.len() > PATH_MAX_BYTES || parts.clone().any(|part| part.len() > PART_MAX_BYTES) {
        "is too long"
    } else if path.chars().any(char::is_control) {
        "has control characters"
    } else if path.contains('\\') {
        "has a backslash"
    } else if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        "is absolute"
    } else if parts.clone().any(|part| matches!(part, "" | "." | "..")) {
        "has a part that is empty, `.` or `..`"
    } else {
        return Ok(path);
    };
    Err(WheelError::Path { path: path.to_owned(), reason })
}

/// The name in the local header, which was found to be the same and lives as long as the bytes.
fn path_in(bytes: &[u8], local_header: usize, length: usize) -> &str {
    const LOCAL_HEADER_BYTES: usize = 30;
    let start = local_header + LOCAL_HEADER_BYTES;
    std::str::from_utf8(&bytes[start..start + length]).expect("compared with the checked name")
}

fn refuse_overlaps(ranges: &mut [(usize, usize)]) -> Result<(), WheelError> {
    ranges.sort_unstable();
    if ranges.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return Err(WheelError::NotAZip("its entries overlap".to_owned()));
    }
    Ok(())
}

fn refuse_twins(entries: &[Entry<'_>]) -> Result<(), WheelError> {
    let mut paths = BTreeSet::new();
    for entry in entries {
        if !paths.insert(entry.path) {
            return Err(WheelError::Twice(entry.path.to_owned()));
        }
    }
    for path in &paths {
        if path.match_indices('/').any(|(at, _)| paths.contains(&path[..at])) {
            return Err(WheelError::Twice((*path).to_owned()));
        }
    }
    Ok(())
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).expect("it lies inside a slice")
}
