//! The file of a module's bytecode: its header and what it is made of (PEP 552).
//!
//! Ours are of the kind that Python never checks against the source: in a layer both are
//! read-only and made together. The hash in the header still says which source it was.

use siphasher::sip::{SipHasher13, SipHasher24};

use crate::domain::PythonMinor;

/// A file is the magic number, flags, and eight bytes that depend on them, then marshalled code.
pub const HEADER_BYTES: usize = 16;
/// Flags of our kind: has a hash (bit 0), and it is not to be checked (bit 1 is clear).
/// <https://peps.python.org/pep-0552/#specification>
pub const UNCHECKED_HASH: u32 = 0b01;

/// What a bytecode file says of itself ([PEP 552](https://peps.python.org/pep-0552/)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PycHeader {
    /// Which bytecode it is.
    pub magic: [u8; 4],
    /// Of which kind: see [`UNCHECKED_HASH`].
    pub flags: u32,
    /// The hash of its source, if it is of a kind that has one.
    pub source_hash: u64,
}

impl PycHeader {
    /// The header of our kind for `source`.
    pub fn of(python: PythonMinor, magic: [u8; 4], source: &[u8]) -> Self {
        Self { magic, flags: UNCHECKED_HASH, source_hash: source_hash(python, magic, source) }
    }

    /// The header as it stands at the beginning of the file.
    pub fn bytes(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..4].copy_from_slice(&self.magic);
        bytes[4..8].copy_from_slice(&self.flags.to_le_bytes());
        bytes[8..].copy_from_slice(&self.source_hash.to_le_bytes());
        bytes
    }
}

/// The header of a bytecode file; nothing when it is too short to have one.
pub fn pyc_header(file: &[u8]) -> Option<PycHeader> {
    let (magic, rest) = file.split_first_chunk()?;
    let (flags, rest) = rest.split_first_chunk()?;
    Some(PycHeader { magic: *magic, flags: u32::from_le_bytes(*flags), source_hash: u64::from_le_bytes(*rest.first_chunk()?) })
}

/// The hash of a source as `importlib.util.source_hash` has it, which returns these bytes little-endian:
/// SipHash keyed with the magic number, of the kind that Python changed to in 3.11.
pub fn source_hash(python: PythonMinor, magic: [u8; 4], source: &[u8]) -> u64 {
    let key = u32::from_le_bytes(magic).into();
    if python.minor() >= 11 { SipHasher13::new_with_keys(key, 0).hash(source) } else { SipHasher24::new_with_keys(key, 0).hash(source) }
}

/// The first four bytes of the bytecode files of a Python, for those that were released.
///
/// From <https://github.com/python/cpython/blob/main/Include/internal/pycore_magic_number.h>; it does not
/// change after the last release candidate of a minor version.
pub fn released_magic(python: PythonMinor) -> Option<[u8; 4]> {
    let number: u16 = match python.minor() {
        8 => 3413,
        9 => 3425,
        10 => 3439,
        11 => 3495,
        12 => 3531,
        13 => 3571,
        14 => 3627,
        _ => return None,
    };
    let [low, high] = number.to_le_bytes();
    Some([low, high, b'\r', b'\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_it_is_written() {
        let python = "3.13".parse().expect("valid");
        let magic = released_magic(python).expect("released");
        let header = PycHeader::of(python, magic, b"abc");
        assert_eq!(header.bytes()[8..], [0xc9, 0xff, 0x55, 0x1a, 0x53, 0x47, 0x90, 0xa0]);
        assert_eq!(pyc_header(&header.bytes()), Some(header));
        assert_eq!(pyc_header(&header.bytes()[..15]), None);
        assert_eq!(source_hash("3.8".parse().expect("valid"), [0x55, 0x0d, b'\r', b'\n'], b"abc").to_le_bytes(), *b"\xcd\xfe\x19\x4f\x45\x69\x14\x74");
    }
}
