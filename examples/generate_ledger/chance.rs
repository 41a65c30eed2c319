//! Chance that is the same every time: a sequence of numbers that depends on nothing but a seed and a name.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher13;

/// The numbers for `what`. Two names have nothing in common.
pub fn of(seed: u64, what: &[&str]) -> fastrand::Rng {
    let mut hasher = SipHasher13::new_with_keys(seed, 0);
    for part in what {
        hasher.write(part.as_bytes());
        // No two lists of parts look the same.
        hasher.write_u8(0xff);
    }
    fastrand::Rng::with_seed(hasher.finish())
}

/// Hexadecimal digits that look like a hash, `bytes` of them.
pub fn digits(random: &mut fastrand::Rng, bytes: usize) -> String {
    (0..bytes).map(|_| format!("{:02x}", random.u8(..))).collect()
}
