//! MD5, which is how S3 tells what an object holds. It proves nothing against anybody who means harm; it only tells
//! whether the bytes that we sent are the bytes that are there.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;

use crate::outside::OutsideError;

/// An MD5 ([RFC 1321](https://www.rfc-editor.org/rfc/rfc1321)). Text form: 32 lower-case hexadecimal digits, as in an
/// entity tag.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Md5([u8; 16]);

const PIECE_BYTES: usize = 256 << 10;

impl Md5 {
    /// The MD5 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(md5::Md5::digest(bytes).into())
    }

    /// The MD5 of a file, which is read piece by piece, and its size in bytes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_file(path: &Path) -> Result<(Self, u64), OutsideError> {
        let read = || {
            let mut file = File::open(path)?;
            let size = usize::try_from(file.metadata()?.len()).unwrap_or(PIECE_BYTES);
            let mut piece = vec![0; size.clamp(1, PIECE_BYTES)];
            let (mut hasher, mut size_bytes) = (md5::Md5::new(), 0);
            loop {
                let count = file.read(&mut piece)?;
                if count == 0 {
                    return Ok((Self(hasher.finalize().into()), size_bytes));
                }
                hasher.update(&piece[..count]);
                size_bytes += count as u64;
            }
        };
        read().map_err(OutsideError::file("read", path))
    }

    /// The form of the header `Content-MD5`: standard base64 with padding.
    pub fn header_form(&self) -> String {
        STANDARD.encode(self.0)
    }
}

impl fmt::Display for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Md5({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::files::{Durability, write};

    #[test]
    fn a_file_is_hashed_piece_by_piece() {
        let folder = tempfile::tempdir().expect("a folder");
        for size in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, 2 * PIECE_BYTES + 7] {
            let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let path = folder.path().join("file");
            write(&path, &bytes, Durability::Process).expect("written");
            assert_eq!(Md5::of_file(&path).expect("read"), (Md5::of(&bytes), size as u64));
        }
        // RFC 1321, appendix A.5.
        let abc = Md5::of(b"abc");
        assert_eq!((abc.to_string().as_str(), abc.header_form().as_str()), ("900150983cd24fb0d6963f7d28e17f72", "kAFQmDzST7DWlj99KOF/cg=="));
    }
}
