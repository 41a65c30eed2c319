//! What hosts take, where several modules hold to it.

/// The most that a function and its layers may unpack to, in bytes: 250 MiB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const UNZIPPED_MAX_BYTES: u64 = 262_144_000;
/// Longest comment that is written, in bytes. GitHub takes 65,536 characters.
pub const COMMENT_MAX_BYTES: usize = 60_000;
