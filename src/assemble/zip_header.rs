//! The header before the data of an entry, which must tell of the same file as the directory: some unpackers believe the one, some
//! the other.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use rawzip::extra_fields::{ExtraFieldId, ExtraFields};

use super::zip_file::ZipError;

/// A local header without its name and extra field.
const HEADER_BYTES: usize = 30;
/// The extra field with the name in UTF-8, for readers that know of it.
const UNICODE_PATH: u16 = 0x7075;
/// What stands in that field before the name: a version, and the CRC of the other name.
const UNICODE_PATH_HEAD_BYTES: usize = 5;

/// What the directory says of an entry that its local header says too.
#[derive(Debug)]
pub struct Told<'a> {
    /// Its path.
    pub path: &'a str,
    /// Whether it is encrypted.
    pub is_encrypted: bool,
    /// Its method of compression, by its number (APPNOTE 4.4.5).
    pub method: u16,
    /// The CRC-32 of its content.
    pub crc32: u32,
    /// Its sizes in bytes, compressed and not.
    pub sizes: [u64; 2],
}

impl Told<'_> {
    /// Where the data behind the local header at `offset` begins. `header` is memory to work in.
    ///
    /// # Errors
    /// When the header is not there, or tells of something else.
    pub fn data_start(&self, file: &File, offset: u64, header: &mut Vec<u8>) -> Result<u64, ZipError> {
        let path = self.path;
        let unreadable = |error: std::io::Error| ZipError::NotAZip(error.to_string());
        let differs = || ZipError::NotAZip(format!("the local header of `{path}` is not what the directory says"));
        header.resize(HEADER_BYTES + path.len(), 0);
        file.read_exact_at(header, offset).map_err(unreadable)?;
        let number = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let (name_len, extra_len) = (usize::from(number(26)), usize::from(number(28)));
        if &header[..4] != b"PK\x03\x04" || name_len != path.len() || &header[HEADER_BYTES..] != path.as_bytes() {
            return Err(differs());
        }
        let extra_start = header.len();
        header.resize(extra_start + extra_len, 0);
        file.read_exact_at(&mut header[extra_start..], offset + extra_start as u64).map_err(unreadable)?;
        let (header, extra) = header.split_at(extra_start);
        if ExtraFields::new(extra).any(|(kind, data)| self.has_another_name(kind.as_u16(), data)) {
            return Err(ZipError::Entry { path: path.to_owned(), reason: "has another name in an extra field" });
        }
        if self.is_told_by(header, extra) { Ok(offset + (extra_start + extra_len) as u64) } else { Err(differs()) }
    }

    /// Whether an extra field gives the entry a name of its own.
    pub fn has_another_name(&self, kind: u16, data: &[u8]) -> bool {
        kind == UNICODE_PATH && data.get(UNICODE_PATH_HEAD_BYTES..) != Some(self.path.as_bytes())
    }

    /// Whether a local header says the same, as far as it can: a writer that did not know them yet left zeros and wrote them
    /// behind the data, and what does not fit stands in an extra field.
    fn is_told_by(&self, header: &[u8], extra: &[u8]) -> bool {
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let flags = short(6);
        let is_behind = flags & 1 << 3 != 0;
        let [compressed, size] = self.sizes;
        let (compressed_here, size_here) = (long(18), long(22));
        // The size comes first, and each is there only when its place in the header says so.
        let mut large = ExtraFields::new(extra).find(|(kind, _)| *kind == ExtraFieldId::ZIP64).map_or(&[][..], |(_, data)| data);
        let mut wide = |here: u32| -> Option<u64> {
            if here != u32::MAX {
                return Some(here.into());
            }
            let (number, rest) = large.split_first_chunk()?;
            large = rest;
            Some(u64::from_le_bytes(*number))
        };
        let (size_here, compressed_here) = (wide(size_here), wide(compressed_here));
        let agrees = |told: u64, here: u64| here == told || (is_behind && here == 0);
        (flags & 1 != 0) == self.is_encrypted
            && short(8) == self.method
            && agrees(self.crc32.into(), long(14).into())
            && compressed_here.is_some_and(|here| agrees(compressed, here))
            && size_here.is_some_and(|here| agrees(size, here))
    }
}
