//! A lock: each package once, in order, with a file of its own that has a hash.

use klayers::domain::Locked;
use klayers::resolve::{pins, wanted_pin};

use super::words;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for (runtime, glibc) in [("p3.13", "2.34"), ("p3.11-arm64", "2.26")] {
        let locked = match pins(text, runtime.parse().expect("a runtime"), glibc.parse().expect("a version")) {
            Ok(locked) => locked,
            Err(error) => {
                words::hold(&error.to_string());
                continue;
            }
        };
        assert!(locked.is_sorted_by(|one, next| one.name() < next.name()));
        for pin in &locked {
            assert_eq!(wanted_pin(&locked, pin.name()), Ok(pin));
            let filename = match pin {
                Locked::Wheel(pin) => {
                    assert_eq!(pin.wheel.filename.name, pin.name);
                    pin.wheel.filename.to_string()
                }
                Locked::Source { source, .. } => source.filename.clone(),
            };
            assert!(filename.starts_with(|first: char| first.is_ascii_alphanumeric()) && !filename.contains(['/', '\\', '\0']), "{filename}");
        }
    }
}
