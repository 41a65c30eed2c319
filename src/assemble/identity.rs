//! Whether a wheel is what its file name says: its `METADATA` has a name and a version, too, and Python goes by these.
//!
//! Installers refuse wheels that disagree with themselves; so do we.

use pep440_rs::Version;

use super::archive::AssembleError;
use super::core_metadata::CoreMetadata;
use crate::domain::{PackageName, Pin, shown};

/// Compares what `metadata` says with `pin`. What it does not say is not held against it.
///
/// # Errors
/// When it is another distribution, or another version.
pub fn check(pin: &Pin, metadata: &str) -> Result<(), AssembleError> {
    let metadata = CoreMetadata::read(metadata);
    let other = |what: &'static str, says: &str| AssembleError::Identity { wheel: pin.wheel.filename.to_string(), what, says: shown(says) };
    if let Some(name) = metadata.first("name").filter(|name| name.parse::<PackageName>().map(|name| name.normalized()).as_ref() != Ok(&pin.name)) {
        return Err(other("name", name));
    }
    let Ok(expected) = pin.version.parse::<Version>() else { return Ok(()) };
    match metadata.first("version").filter(|version| version.parse::<Version>().as_ref() != Ok(&expected)) {
        Some(version) => Err(other("version", version)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{LockedWheel, Sha256};

    #[test]
    fn a_wheel_may_spell_itself_in_any_way_and_be_nothing_else() {
        let wheel = LockedWheel {
            filename: "my_pkg-1.0.post1-py3-none-any.whl".parse().expect("valid"),
            url: String::new(),
            sha256: Sha256::of(b""),
            size_bytes: None,
        };
        let pin = Pin { name: "my-pkg".parse().expect("valid"), version: "1.0.post1".to_owned(), wheel, built_from: None };
        for (metadata, is_it) in [
            ("Name: My.Pkg\nVersion: 1.0-1\n", true),
            ("Name: my_pkg\n", true),
            ("", true),
            ("Name: other\nVersion: 1.0.post1\n", false),
            ("Name: my_pkg\nVersion: 1.0\n", false),
            ("Name: my_pkg\nVersion: \u{1b}[31m\n", false),
            ("Name: ../../x\n", false),
        ] {
            let checked = check(&pin, metadata);
            assert_eq!(checked.is_ok(), is_it, "{metadata}");
            assert!(checked.is_ok() || !checked.expect_err("it is not").to_string().contains(char::is_control), "{metadata}");
        }
    }
}
