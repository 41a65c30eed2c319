//! Writes a zip whose bytes depend on nothing but its entries.
//!
//! Sizes and CRCs are known beforehand, so there are no data descriptors; dates are fixed; the whole
//! is a list of slices, so compressed data goes from the wheel to the file without a copy in between.
//! A writer of our own because the bytes are a promise: with a library's, an update of the library
//! would make every layer look changed.
//! Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, sections 4.3.7, 4.3.12, 4.3.16.

use std::io::{self, Write};
use std::ops::Range;

use sha2::Digest as _;

use super::wheel::Method;
use crate::domain::Sha256;

/// 1980-01-01, the first day that a zip can name.
const DOS_DATE: u16 = 0x0021;
const VERSION_NEEDED: u16 = 20;
/// Made by version 2.0 on Unix: the mode below counts.
const VERSION_MADE_BY: u16 = (3 << 8) | 20;
const FLAG_UTF8: u16 = 1 << 11;
const REGULAR_FILE: u32 = 0o100_000;
/// What is collected before it is handed to the system; larger slices go there directly.
const BUFFER_BYTES: usize = 256 << 10;

/// One file to write.
#[derive(Debug, Clone, Copy)]
pub struct ZipEntry<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its permission bits.
    pub mode: u32,
    /// How `compressed` is compressed.
    pub method: Method,
    /// The CRC-32 of its content.
    pub crc32: u32,
    /// The size of its content.
    pub size: u64,
    /// Its compressed bytes.
    pub compressed: &'a [u8],
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
    Data(&'a [u8]),
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
            zip.parts.push(Part::Data(entry.compressed));
            zip.len += entry.compressed.len() as u64;

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

    /// Writes it out.
    ///
    /// # Errors
    /// When `writer` does.
    pub fn write_to(&self, writer: impl Write) -> io::Result<()> {
        let mut writer = io::BufWriter::with_capacity(BUFFER_BYTES, writer);
        self.slices().try_for_each(|slice| writer.write_all(slice))?;
        writer.flush()
    }

    /// The hash of its bytes.
    pub fn sha256(&self) -> Sha256 {
        let mut hasher = sha2::Sha256::new();
        self.slices().for_each(|slice| hasher.update(slice));
        Sha256::from_hasher(hasher)
    }

    fn slices(&self) -> impl Iterator<Item = &[u8]> {
        self.parts.iter().map(|part| match part {
            Part::Header(range) => &self.headers[range.clone()],
            Part::Data(data) => data,
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
            compressed_size: u32::try_from(entry.compressed.len()).map_err(|_| NeedsZip64)?,
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
    use crate::assemble::wheel::{WheelArchive, inflate};

    #[test]
    fn what_is_written_is_read_back() {
        let text = b"hello hello hello hello";
        let deflated = miniz_oxide::deflate::compress_to_vec(text, 6);
        let entry = |path, method, compressed| ZipEntry { path, mode: 0o755, method, crc32: crc32fast::hash(text), size: text.len() as u64, compressed };
        let entries = [entry("python/a", Method::Deflated, &deflated[..]), entry("python/ä", Method::Stored, &text[..])];
        let zip = Zip::new(&entries).expect("small");
        let mut bytes = Vec::new();
        zip.write_to(&mut bytes).expect("written");
        assert_eq!(bytes.len() as u64, zip.len());
        assert_eq!(Sha256::of(&bytes), zip.sha256());
        let read = WheelArchive::read(&bytes, 1000).expect("a zip");
        assert_eq!(read.entries.iter().map(|entry| entry.path).collect::<Vec<_>>(), ["python/a", "python/ä"]);
        for entry in &read.entries {
            assert_eq!((entry.mode & 0o7777, inflate(entry)), (0o755, Ok(text.to_vec())));
        }
    }

    #[test]
    fn more_files_than_a_plain_zip_holds_are_refused() {
        let entry = ZipEntry { path: "x", mode: 0o644, method: Method::Stored, crc32: 0, size: 0, compressed: &[] };
        assert!(Zip::new(&vec![entry; 65_535]).is_ok());
        assert!(matches!(Zip::new(&vec![entry; 65_536]), Err(NeedsZip64)));
    }
}
