//! What AWS refuses, checked before any account is called. The emulators that stand in for AWS in
//! tests accept most of it, so only this file keeps a mistake from being found in production.
//!
//! The layer's name, the runtimes and the architectures need no check: their types cannot be wrong.

use std::fmt::Display;
use std::path::Path;

pub use crate::domain::{DESCRIPTION_MAX_CHARS, LAYER_NAME_MAX_CHARS, LICENSE_MAX_CHARS, UNZIPPED_MAX_BYTES};

use super::{AccountError, Content, PublishRequest, Refusal};
use crate::domain::{RegionCode, shown};
use crate::outside::OutsideError;

/// Largest archive that travels inside a request, in bytes: 50 MiB.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const INLINE_MAX_BYTES: u64 = 52_428_800;
/// Most runtimes of one layer version. <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>
pub const RUNTIMES_MAX: usize = 15;
/// Most architectures of one layer version. <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html>
pub const ARCHITECTURES_MAX: usize = 2;
/// Longest name of a policy statement, in characters.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html>
pub const STATEMENT_ID_MAX_CHARS: usize = 100;

/// Checks a request as AWS would.
///
/// # Errors
/// `InvalidParameterValueException`, or `RequestEntityTooLargeException` for a large inline archive.
pub fn check_request(region: &RegionCode, request: &PublishRequest) -> Result<(), AccountError> {
    check_text(region, request)?;
    match &request.content {
        Content::Inline(archive) => check_inline(region, &request.layer, size_bytes(archive.file())?),
        Content::Staged(_) => Ok(()),
    }
}

/// Checks all of a request but its archive.
///
/// # Errors
/// `InvalidParameterValueException`.
pub fn check_text(region: &RegionCode, request: &PublishRequest) -> Result<(), AccountError> {
    for (what, count, most) in [
        ("characters of description", request.description.chars().count(), DESCRIPTION_MAX_CHARS),
        ("characters of licence", request.license.chars().count(), LICENSE_MAX_CHARS),
        ("compatible runtimes", request.pythons.len(), RUNTIMES_MAX),
        ("compatible architectures", request.architectures.len(), ARCHITECTURES_MAX),
    ] {
        if count > most {
            let message = format!("{count} {what}, and AWS takes {most}");
            return Err(AccountError::refused(region, &request.layer, Refusal::InvalidParameterValue, message));
        }
    }
    Ok(())
}

/// Checks the size of an archive when unpacked.
///
/// # Errors
/// `InvalidParameterValueException`.
pub fn check_unzipped(region: &RegionCode, about: impl Display, unzipped_bytes: u64) -> Result<(), AccountError> {
    if unzipped_bytes <= UNZIPPED_MAX_BYTES {
        return Ok(());
    }
    let message = format!("unzipped size must be smaller than {UNZIPPED_MAX_BYTES} bytes, and it is {unzipped_bytes}");
    Err(AccountError::refused(region, about, Refusal::InvalidParameterValue, message))
}

/// Checks the name of a policy statement.
///
/// # Errors
/// `InvalidParameterValueException`.
pub fn check_statement_id(region: &RegionCode, about: impl Display, statement_id: &str) -> Result<(), AccountError> {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if (1..=STATEMENT_ID_MAX_CHARS).contains(&statement_id.len()) && statement_id.chars().all(is_allowed) {
        return Ok(());
    }
    let message = format!("`{}` is not a statement's name: 1 to {STATEMENT_ID_MAX_CHARS} letters, digits, `-` and `_` are", shown(statement_id));
    Err(AccountError::refused(region, about, Refusal::InvalidParameterValue, message))
}

/// A licence that AWS takes: what has more than 512 characters is cut and ends in `…`. The whole text stays in the
/// record.
pub fn shortened_license(license: &str) -> String {
    if license.chars().count() <= LICENSE_MAX_CHARS {
        return license.to_owned();
    }
    license.chars().take(LICENSE_MAX_CHARS - 1).chain(['…']).collect()
}

/// The size of a file in bytes.
///
/// # Errors
/// When it cannot be read.
pub fn size_bytes(file: &Path) -> Result<u64, OutsideError> {
    std::fs::metadata(file).map(|metadata| metadata.len()).map_err(OutsideError::file("read", file))
}

fn check_inline(region: &RegionCode, about: impl Display, size_bytes: u64) -> Result<(), AccountError> {
    if size_bytes == 0 {
        return Err(AccountError::refused(region, about, Refusal::InvalidParameterValue, "the archive is empty"));
    }
    if size_bytes > INLINE_MAX_BYTES {
        let message = format!("an inline archive has at most {INLINE_MAX_BYTES} bytes, and this one {size_bytes}");
        return Err(AccountError::refused(region, about, Refusal::RequestEntityTooLarge, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<(), AccountError>) -> String {
        result.map_or_else(|error| error.code().to_owned(), |()| "ok".to_owned())
    }

    #[test]
    fn what_is_just_within_a_limit_passes_and_one_more_does_not() {
        let region: RegionCode = "eu-west-1".parse().unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let content = Content::Inline(std::sync::Arc::new(crate::publish::Payload::new(file.path(), crate::domain::Sha256::of(b""))));
        let good = PublishRequest {
            layer: "x".parse().unwrap(),
            description: "é".repeat(256),
            license: "é".repeat(512),
            pythons: vec!["3.13".parse().unwrap(); 15],
            architectures: crate::domain::Architecture::ALL.to_vec(),
            content: content.clone(),
        };
        let long_description = PublishRequest { description: "x".repeat(257), ..good.clone() };
        let long_license = PublishRequest { license: "x".repeat(513), ..good.clone() };
        let many_pythons = PublishRequest { pythons: vec!["3.13".parse().unwrap(); 16], ..good.clone() };
        assert_eq!(code(check_request(&region, &good)), "InvalidParameterValueException", "an empty file");
        file.as_file().set_len(INLINE_MAX_BYTES).unwrap();
        assert_eq!(code(check_request(&region, &good)), "ok");
        for bad in [long_description, long_license, many_pythons] {
            assert_eq!(code(check_request(&region, &bad)), "InvalidParameterValueException", "{bad:?}");
        }
        file.as_file().set_len(INLINE_MAX_BYTES + 1).unwrap();
        assert_eq!(code(check_request(&region, &good)), "RequestEntityTooLargeException");
        let staged = Content::Staged(super::super::StagedObject { bucket: "bucket".to_owned(), key: "key".to_owned(), owner: "123456789012".parse().unwrap() });
        assert_eq!(code(check_request(&region, &PublishRequest { content: staged, ..good })), "ok");
        assert_eq!(code(check_unzipped(&region, "x", UNZIPPED_MAX_BYTES)), "ok");
        assert_eq!(code(check_unzipped(&region, "x", UNZIPPED_MAX_BYTES + 1)), "InvalidParameterValueException");
        assert_eq!(code(check_statement_id(&region, "x", "make_public")), "ok");
        for bad in ["", "a b", "é", &"a".repeat(101)] {
            assert_eq!(code(check_statement_id(&region, "x", bad)), "InvalidParameterValueException", "{bad}");
        }
    }

    #[test]
    fn a_long_licence_is_shortened_visibly() {
        assert_eq!(shortened_license("MIT"), "MIT");
        let short = shortened_license(&"é".repeat(600));
        assert_eq!(short.chars().count(), LICENSE_MAX_CHARS);
        assert!(short.ends_with('…'));
    }
}
