//! Gzip in parts, each compressed on its own: the same bytes on every machine, and no more than a part in memory.
//!
//! The result is one member (RFC 1952), which every reader takes; readers in browsers take no second one.

use std::sync::Arc;

use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, compress, create_comp_flags_from_zip_params};
use rayon::prelude::*;

/// Batches of parts, each batch compressed as it is asked for, its parts side by side.
#[derive(Debug)]
pub struct Gzip<I> {
    batches: I,
    checksum: crc32fast::Hasher,
    length: u32,
    step: Step,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Header,
    Parts,
    Done,
}

/// Deflate, no name, no time, no particular system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// An empty last block of deflate.
const LAST_BLOCK: [u8; 2] = [3, 0];
const LEVEL: i32 = 6;

impl<I: Iterator<Item = Arc<[Vec<u8>]>>> Gzip<I> {
    /// Of these batches.
    pub fn new(batches: I) -> Self {
        Self { batches, checksum: crc32fast::Hasher::new(), length: 0, step: Step::Header }
    }
}

impl<I: Iterator<Item = Arc<[Vec<u8>]>>> Iterator for Gzip<I> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        match self.step {
            Step::Header => {
                self.step = Step::Parts;
                Some(HEADER.to_vec())
            }
            Step::Parts => {
                let Some(batch) = self.batches.next() else {
                    self.step = Step::Done;
                    let checksum = self.checksum.clone().finalize();
                    return Some([&LAST_BLOCK[..], &checksum.to_le_bytes(), &self.length.to_le_bytes()].concat());
                };
                let packed: Vec<(crc32fast::Hasher, Vec<u8>)> = batch.par_iter().map(|part| (checksum(part), deflate(part))).collect();
                for (part, (checksum, _)) in batch.iter().zip(&packed) {
                    self.checksum.combine(checksum);
                    // The format counts modulo 2^32.
                    self.length = self.length.wrapping_add(part.len() as u32);
                }
                Some(packed.into_iter().flat_map(|(_, packed)| packed).collect())
            }
            Step::Done => None,
        }
    }
}

fn checksum(bytes: &[u8]) -> crc32fast::Hasher {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(bytes);
    checksum
}

/// Raw deflate that ends at a whole byte and expects more to come.
fn deflate(mut bytes: &[u8]) -> Vec<u8> {
    let raw = create_comp_flags_from_zip_params(LEVEL, 0, 0);
    let mut compressor = CompressorOxide::new(raw);
    let mut output = vec![0; bytes.len() / 4 + 1024];
    let mut filled = 0;
    loop {
        let (_, read, wrote) = compress(&mut compressor, bytes, &mut output[filled..], TDEFLFlush::Full);
        bytes = &bytes[read..];
        filled += wrote;
        if bytes.is_empty() && filled < output.len() {
            output.truncate(filled);
            return output;
        }
        output.resize(output.len() * 2, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn parts_are_read_as_one() {
        let noise: Vec<u8> = (0..200_000u32).flat_map(|number| Vec::from(number.wrapping_mul(2_654_435_761).to_le_bytes())).collect();
        for parts in [vec![], vec![Vec::new()], vec![b"a".to_vec()], vec![b"ab".repeat(100_000), Vec::new(), noise, b"end".to_vec()]] {
            let batches = parts.chunks(3).map(Arc::from);
            let packed = Gzip::new(batches).collect::<Vec<_>>().concat();
            let mut read = Vec::new();
            flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut read).expect("one whole member");
            assert!(read == parts.concat());
        }
    }
}
