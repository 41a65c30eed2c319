//! The user that a box runs as when we are root: one that nothing else on the machine runs as.

use std::sync::atomic::{AtomicU32, Ordering};

/// Where the numbers begin; below are real users, and those that containers are given.
const FIRST: u32 = 0x4000_0000;
/// Where they begin in a container that has few users.
const FIRST_OF_FEW: u32 = 20_000;
const FEW: u32 = 40_000;

/// A number for the next box, unlike that of any other box that runs: it is made of our process and a count.
pub fn next() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    number(std::process::id(), count, has_all_users(&map))
}

fn number(process: u32, count: u32, has_all: bool) -> u32 {
    let mixed = (process & 0x003f_ffff) << 8 | (count & 0xff);
    if has_all { FIRST | mixed } else { FIRST_OF_FEW + mixed % FEW }
}

fn has_all_users(map: &str) -> bool {
    map.lines().any(|line| line.split_whitespace().eq(["0", "0", "4294967295"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ_and_fit() {
        assert_ne!(number(1, 0, true), number(1, 1, true));
        assert_ne!(number(1, 0, true), number(2, 0, true));
        assert!(number(4_194_303, 255, true) < 0x8000_0000);
        assert!((20_000..60_000).contains(&number(4_194_303, 255, false)));
        assert!(has_all_users("         0          0 4294967295\n") && !has_all_users("0 100000 65536\n"));
    }
}
