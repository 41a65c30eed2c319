//! What the record may say of a package: what is held to before a line is believed, whoever wrote it.

use serde::{Deserialize as _, Deserializer};

use super::{Invalid, NormalizedName, PackageRequest, sentence, shown};

/// Longest version, in bytes: with it, a layer's description is as long as AWS takes.
const VERSION_MAX_BYTES: usize = 200;
/// Longest licence or reason, in bytes. What we write is far shorter.
const TEXT_MAX_BYTES: usize = 16 << 10;
/// Longest reason of a failure, in characters.
pub(super) const REASON_MAX_CHARS: usize = 2_000;

/// Holds `spelled`, which is a package as its row spells it, to the package that it is said to be.
///
/// # Errors
/// When it is another, or none.
pub fn check_package(spelled: &str, package: &NormalizedName) -> Result<(), Invalid> {
    let is_it = |request: &PackageRequest| request.to_string() == spelled && request.spelled() == spelled && request.name.normalized() == *package;
    match spelled.parse::<PackageRequest>() {
        Ok(request) if is_it(&request) => Ok(()),
        Ok(_) | Err(_) => Err(Invalid(format!("`{}` is not how a row spells the package `{}`", shown(spelled), shown(package.as_str())))),
    }
}

/// Holds a version to what versions of packages are, and to 200 bytes.
///
/// # Errors
/// When it is none.
pub fn check_version(version: &str) -> Result<(), Invalid> {
    // The parser passes over white space.
    let is_plain = version.len() <= VERSION_MAX_BYTES && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!+_-".contains(&byte));
    if is_plain && version.parse::<pep440_rs::Version>().is_ok() {
        Ok(())
    } else {
        Err(Invalid(format!("`{}` is not the version of a package", shown(version))))
    }
}

/// Holds a text that may say anything to a length that pages can have: 16 KiB.
///
/// # Errors
/// When it is longer.
pub fn check_text(what: &str, text: &str) -> Result<(), Invalid> {
    if text.len() <= TEXT_MAX_BYTES { Ok(()) } else { Err(Invalid(format!("`{what}` has {} bytes, and {TEXT_MAX_BYTES} are read", text.len()))) }
}

/// Reads a reason as one sentence, whoever wrote it: for `#[serde(deserialize_with)]`.
///
/// # Errors
/// When it is no text.
pub fn read_reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(sentence(&String::deserialize(deserializer)?, REASON_MAX_CHARS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_spelled_as_a_row_does() {
        for (spelled, package, is_right) in [
            ("Pillow", "pillow", true),
            ("psycopg[binary,pool]", "psycopg", true),
            ("zope.interface", "zope-interface", true),
            ("Pillow", "numpy", false),
            ("pillow<4", "pillow", false),
            ("psycopg[pool,binary]", "psycopg", false),
            (" pillow", "pillow", false),
            ("pillow\n", "pillow", false),
            ("pillow; x", "pillow", false),
            ("<b>", "b", false),
            ("", "pillow", false),
        ] {
            assert_eq!(check_package(spelled, &package.parse().unwrap()).is_ok(), is_right, "{spelled:?}");
        }
    }

    #[test]
    fn a_version_is_one() {
        for version in ["1", "2026.11.22", "1!2.0rc1.post2.dev3+local.7-x_y", "1.0-1"] {
            assert_eq!(check_version(version), Ok(()), "{version}");
        }
        for version in ["", " 1.0", "1.0\n", "1.0\u{1b}", "=1+1", "one", "1.0/../..", "-1", "<b>", &"1".repeat(201)] {
            assert!(check_version(version).is_err(), "{version}");
        }
    }
}
