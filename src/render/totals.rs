//! How much was rendered.

/// The files of a folder, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many files there are.
    pub files: u64,
    /// Their sizes together, in bytes.
    pub bytes: u64,
}

impl Totals {
    /// Counts one more file of `bytes`.
    pub fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}
