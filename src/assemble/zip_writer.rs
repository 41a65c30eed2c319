//! Writes a zip whose bytes depend on nothing but its entries.
//!
//! Sizes and CRCs are known beforehand, so there are no data descriptors; dates are fixed; the whole
//! is a list of pieces, so compressed data goes from the wheel to the file through one small buffer.
//! A writer of our own because the bytes are a promise: with a library's, an update of the library
//! would make every layer look changed.
//! Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, sections 4.3.7, 4.3.12, 4.3.16.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::mpsc;

use sha2::Digest as _;

use super::zip_file::{Method, ZipFile};
use crate::domain::Sha256;

/// 1980-01-01, the first day that a zip can name.
const DOS_DATE: u16 = 0x0021;
const VERSION_NEEDED: u16 = 20;
/// Made by version 2.0 on Unix: the mode below counts.
const VERSION_MADE_BY: u16 = (3 << 8) | 20;
const FLAG_UTF8: u16 = 1 << 11;
const REGULAR_FILE: u32 = 0o100_000;
/// What is collected before it is handed to the system and to the hasher: small enough to stay in a core's cache.
const BUFFER_BYTES: usize = 128 << 10;
/// Buffers under way between the two.
const BUFFERS: usize = 8;

/// One file to write.
#[derive(Debug, Clone, Copy)]
pub struct ZipEntry<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its Unix permission bits.
    pub mode: u32,
    /// How `compressed` is compressed.
    pub method: Method,
    /// The CRC-32 of its content.
    pub crc32: u32,
    /// The size of its content in bytes.
    pub size: u64,
    /// Its compressed bytes.
    pub data: Data<'a>,
}

/// Where compressed bytes are.
#[derive(Debug, Clone, Copy)]
pub enum Data<'a> {
    /// In memory.
    Bytes(&'a [u8]),
    /// In another zip.
    Range {
        /// Which.
        zip: &'a ZipFile,
        /// From where.
        start: u64,
        /// How many.
        len: u64,
    },
}

impl Data<'_> {
    /// How many bytes they are.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Range { len, .. } => *len,
        }
    }
}

/// A zip as slices in order.
#[derive(Debug)]
pub struct Zip<'a> {
    headers: Vec<u8>,
    parts: Vec<Part<'a>>,
    len: u64,
}

#[derive(Debug)]
enum Part<'a> {
    Header(Range<usize>),
    Data(Data<'a>),
}

/// The zip would need the 64-bit form, which nothing that fits a layer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the archive has more than 65,535 files or 4 GiB")]
pub struct NeedsZip64;

impl<'a> Zip<'a> {
    /// Lays out a zip of `entries`, in their order.
    ///
    /// # Errors
    /// When there are too many of them or they are too large.
    pub fn new(entries: &[ZipEntry<'a>]) -> Result<Self, NeedsZip64> {
        let mut zip = Self { headers: Vec::with_capacity(entries.len() * 200), parts: Vec::with_capacity(entries.len() * 2 + 1), len: 0 };
        let mut directory = Vec::with_capacity(entries.len() * 100);
        for entry in entries {
            let offset = u32::try_from(zip.len).map_err(|_| NeedsZip64)?;
            let fields = Fields::of(entry)?;
            let start = zip.headers.len();
            zip.headers.extend_from_slice(b"PK\x03\x04");
            fields.put(&mut zip.headers);
            zip.headers.extend_from_slice(&0_u16.to_le_bytes()); // extra field
            zip.headers.extend_from_slice(entry.path.as_bytes());
            zip.push_header(start);
            zip.parts.push(Part::Data(entry.data));
            zip.len += entry.data.len();

            directory.extend_from_slice(b"PK\x01\x02");
            directory.extend_from_slice(&VERSION_MADE_BY.to_le_bytes());
            fields.put(&mut directory);
            directory.extend_from_slice(&[0; 8]); // extra field, comment, disk, internal attributes
            directory.extend_from_slice(&((REGULAR_FILE | entry.mode) << 16).to_le_bytes());
            directory.extend_from_slice(&offset.to_le_bytes());
            directory.extend_from_slice(entry.path.as_bytes());
        }
        zip.finish(&directory, entries.len())
    }

    /// Its size in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Writes it out and returns the hash of its bytes, which another thread computes meanwhile.
    ///
    /// # Errors
    /// When a wheel cannot be read or `file` not be written.
    pub fn write_to(&self, file: &mut impl Write) -> io::Result<Sha256> {
        std::thread::scope(|scope| {
            let (filled, to_hash) = mpsc::sync_channel::<Buffer>(BUFFERS);
            let (emptied, free) = mpsc::channel();
            (0..BUFFERS).for_each(|_| emptied.send(Buffer::new()).expect("its receiver is here"));
            let hasher = scope.spawn(move || {
                let mut hasher = sha2::Sha256::new();
                for mut buffer in to_hash {
                    hasher.update(buffer.filled());
                    buffer.len = 0;
                    // Nobody wants it back when the last piece is written.
                    let _ = emptied.send(buffer);
                }
                Sha256::from_hasher(hasher)
            });
            let mut buffer = free.recv().expect("some were sent");
            for piece in self.parts.iter().flat_map(|part| part.pieces(&self.headers)) {
                if buffer.room() < piece.len() {
                    file.write_all(buffer.filled())?;
                    let full = std::mem::replace(&mut buffer, free.recv().expect("the hasher gives them back"));
                    filled.send(full).expect("the hasher waits for it");
                }
                buffer.add(piece)?;
            }
            file.write_all(buffer.filled())?;
            filled.send(buffer).expect("the hasher waits for it");
            drop(filled);
            Ok(hasher.join().expect("hashing does not panic"))
        })
    }

    fn push_header(&mut self, start: usize) {
        self.len += (self.headers.len() - start) as u64;
        self.parts.push(Part::Header(start..self.headers.len()));
    }

    fn finish(mut self, directory: &[u8], entries: usize) -> Result<Self, NeedsZip64> {
        let count = u16::try_from(entries).map_err(|_| NeedsZip64)?;
        let offset = u32::try_from(self.len).map_err(|_| NeedsZip64)?;
        let size = u32::try_from(directory.len()).map_err(|_| NeedsZip64)?;
        let start = self.headers.len();
        self.headers.extend_from_slice(directory);
        self.headers.extend_from_slice(b"PK\x05\x06");
        self.headers.extend_from_slice(&[0; 4]); // disks
        self.headers.extend_from_slice(&count.to_le_bytes());
        self.headers.extend_from_slice(&count.to_le_bytes());
        self.headers.extend_from_slice(&size.to_le_bytes());
        self.headers.extend_from_slice(&offset.to_le_bytes());
        self.headers.extend_from_slice(&[0; 2]); // comment
        self.push_header(start);
        Ok(self)
    }
}

impl<'a> Part<'a> {
    /// The part in pieces that are no larger than a buffer.
    fn pieces(&self, headers: &'a [u8]) -> impl Iterator<Item = Data<'a>> + use<'a> {
        let data = match self {
            Self::Header(range) => Data::Bytes(&headers[range.clone()]),
            Self::Data(data) => *data,
        };
        (0..data.len()).step_by(BUFFER_BYTES).map(move |offset| {
            let len = (data.len() - offset).min(BUFFER_BYTES as u64);
            match data {
                Data::Bytes(bytes) => Data::Bytes(&bytes[index(offset)..][..index(len)]),
                Data::Range { zip, start, .. } => Data::Range { zip, start: start + offset, len },
            }
        })
    }
}

/// Bytes on their way.
struct Buffer {
    bytes: Box<[u8]>,
    len: usize,
}

impl Buffer {
    fn new() -> Self {
        Self { bytes: vec![0; BUFFER_BYTES].into_boxed_slice(), len: 0 }
    }

    fn filled(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn room(&self) -> u64 {
        (BUFFER_BYTES - self.len) as u64
    }

    /// Adds a piece for which there is room.
    fn add(&mut self, piece: Data<'_>) -> io::Result<()> {
        let place = &mut self.bytes[self.len..][..index(piece.len())];
        match piece {
            Data::Bytes(bytes) => place.copy_from_slice(bytes),
            Data::Range { zip, start, .. } => zip.read_at(place, start)?,
        }
        self.len += index(piece.len());
        Ok(())
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("64-bit machines")
}

/// What a local header and a directory entry have in common.
struct Fields {
    flags: u16,
    method: u16,
    crc32: u32,
    compressed_size: u32,
    size: u32,
    path_len: u16,
}

impl Fields {
    fn of(entry: &ZipEntry<'_>) -> Result<Self, NeedsZip64> {
        Ok(Self {
            flags: if entry.path.is_ascii() { 0 } else { FLAG_UTF8 },
            method: match entry.method {
                Method::Stored => 0,
                Method::Deflated => 8,
            },
            crc32: entry.crc32,
            compressed_size: u32::try_from(entry.data.len()).map_err(|_| NeedsZip64)?,
            size: u32::try_from(entry.size).map_err(|_| NeedsZip64)?,
            path_len: u16::try_from(entry.path.len()).map_err(|_| NeedsZip64)?,
        })
    }

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&VERSION_NEEDED.to_le_bytes());
        out.extend_from_slice(&self.flags.to_le_bytes());
        out.extend_from_slice(&self.method.to_le_bytes());
        out.extend_from_slice(&0_u16.to_le_bytes()); // time: midnight
        out.extend_from_slice(&DOS_DATE.to_le_bytes());
        out.extend_from_slice(&self.crc32.to_le_bytes());
        out.extend_from_slice(&self.compressed_size.to_le_bytes());
        out.extend_from_slice(&self.size.to_le_bytes());
        out.extend_from_slice(&self.path_len.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let text = b"hello hello hello hello".repeat(20_000);
        let deflated = miniz_oxide::deflate::compress_to_vec(&text, 6);
        let entry = |path, method, data| ZipEntry { path, mode: 0o755, method, crc32: crc32fast::hash(&text), size: text.len() as u64, data };
        let entries = [entry("python/a", Method::Deflated, Data::Bytes(&deflated)), entry("python/ä", Method::Stored, Data::Bytes(&text))];
        let (first, first_bytes) = written(&entries);
        let read = first.entries(1 << 20).expect("a zip");
        assert_eq!(read.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["python/a", "python/ä"]);
        for entry in &read {
            assert_eq!((entry.mode & 0o7777, first.inflate(entry).as_ref()), (0o755, Ok(&text)));
        }
        // A copy of a copy has the same bytes.
        let ranges = |at: usize| Data::Range { zip: &first, start: read[at].start, len: read[at].compressed_size };
        let copies = [entry("python/a", Method::Deflated, ranges(0)), entry("python/ä", Method::Stored, ranges(1))];
        assert!(written(&copies).1 == first_bytes);
    }

    fn written(entries: &[ZipEntry<'_>]) -> (ZipFile, Vec<u8>) {
        let zip = Zip::new(entries).expect("small");
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let hash = zip.write_to(&mut file).expect("written");
        let bytes = std::fs::read(file.path()).expect("read");
        assert_eq!((bytes.len() as u64, Sha256::of(&bytes)), (zip.len(), hash));
        (ZipFile::open(file.path()).expect("opened"), bytes)
    }

    #[test]
    fn more_files_than_a_plain_zip_holds_are_refused() {
        let entry = ZipEntry { path: "x", mode: 0o644, method: Method::Stored, crc32: 0, size: 0, data: Data::Bytes(&[]) };
        assert!(Zip::new(&vec![entry; 65_535]).is_ok());
        assert!(matches!(Zip::new(&vec![entry; 65_536]), Err(NeedsZip64)));
    }
}
