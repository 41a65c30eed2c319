//! The body of a publishing request with the archive in it, made once for all regions.
//!
//! The client would hold the archive and the text that it becomes for each region. Here the text is made once,
//! read from the file piece by piece, and all regions send the same bytes: memory grows with the archives under
//! way, not with the regions.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::json;
use sha2::Digest as _;

use crate::domain::{RegionCode, Sha256};
use crate::outside::OutsideError;
use crate::publish::zip_facts::unzipped_bytes;
use crate::publish::{AccountError, PublishRequest, Refusal, limits};

/// What is read at once: a multiple of three bytes, which base64 writes as four characters.
const PIECE_BYTES: usize = 3 << 20;
const PLACE: &str = "\"ZipFile\":\"\"";

/// The body of a request to publish an archive, whose form is
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html#API_PublishLayerVersion_RequestSyntax>.
///
/// # Errors
/// When the file cannot be read, is not what was verified, or is what AWS would refuse.
pub(super) fn body(region: &RegionCode, request: &PublishRequest, file: &Path, sha256: Sha256) -> Result<Bytes, AccountError> {
    let (head, tail) = frame(request);
    let error = || OutsideError::file("read", file);
    let mut reader = File::open(file).map_err(error())?;
    let size_bytes = limits::size_bytes(file)? as usize;
    let mut text = Vec::with_capacity(head.len() + base64::encoded_len(size_bytes + PIECE_BYTES, true).unwrap_or(size_bytes) + tail.len());
    text.extend_from_slice(head.as_bytes());
    let mut hasher = sha2::Sha256::new();
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    loop {
        piece.clear();
        if (&mut reader).take(PIECE_BYTES as u64).read_to_end(&mut piece).map_err(error())? == 0 {
            break;
        }
        hasher.update(&piece);
        let start = text.len();
        text.resize(start + base64::encoded_len(piece.len(), true).expect("a small piece"), 0);
        STANDARD.encode_slice(&piece, &mut text[start..]).expect("there is room");
    }
    text.extend_from_slice(tail.as_bytes());
    check_hash(region, &request.layer, Sha256::from_hasher(hasher), sha256)?;
    let unzipped_bytes = unzipped_bytes(reader)
        .map_err(|reason| AccountError::refused(region, &request.layer, Refusal::InvalidParameterValue, format!("could not unzip the archive: {reason}")))?;
    limits::check_unzipped(region, &request.layer, unzipped_bytes)?;
    Ok(Bytes::from(text))
}

/// What was read must be what was verified.
///
/// # Errors
/// `BadDigest`, as S3 says it.
pub(super) fn check_hash(region: &RegionCode, about: impl std::fmt::Display, found: Sha256, verified: Sha256) -> Result<(), AccountError> {
    if found == verified {
        return Ok(());
    }
    Err(AccountError::refused(region, about, Refusal::BadDigest, format!("the archive's SHA-256 is {found}, and {verified} was verified")))
}

/// What comes before and after the archive.
fn frame(request: &PublishRequest) -> (String, String) {
    let runtimes: Vec<String> = request.pythons.iter().map(|python| format!("python{python}")).collect();
    let mut body = json!({
        "Content": {"ZipFile": ""},
        "Description": request.description,
        "CompatibleRuntimes": runtimes,
        "CompatibleArchitectures": request.architectures,
    });
    if !request.license.is_empty() {
        body["LicenseInfo"] = json!(request.license);
    }
    let text = body.to_string();
    // Quotes within texts are escaped, so nothing else looks like this.
    let at = text.find(PLACE).expect("it was just written") + PLACE.len() - 1;
    (text[..at].to_owned(), text[at..].to_owned())
}

/// Puts a body in place of the client's before the request is signed.
#[derive(Debug)]
pub(super) struct SharedBody(pub(super) Bytes);

impl Intercept for SharedBody {
    fn name(&self) -> &'static str {
        "SharedBody"
    }

    fn modify_before_signing(&self, context: &mut BeforeTransmitInterceptorContextMut<'_>, _: &RuntimeComponents, _: &mut ConfigBag) -> Result<(), BoxError> {
        let request = context.request_mut();
        request.headers_mut().insert("content-length", self.0.len().to_string());
        *request.body_mut() = SdkBody::from(self.0.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Architecture;
    use crate::publish::Content;

    #[test]
    fn the_archive_stands_in_its_place_whatever_the_other_texts_say() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.zip");
        let zip = b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0aPK\x01\x02\x14\x03\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0aPK\x05\x06\0\0\0\0\x01\0\x01\0/\0\0\0\x1f\0\0\0\0\0";
        crate::outside::files::write(&file, zip, crate::outside::files::Durability::Process).unwrap();
        let request = PublishRequest {
            layer: "x".parse().unwrap(),
            description: r#""ZipFile":"" \ é"#.to_owned(),
            license: "MIT".to_owned(),
            pythons: vec!["3.13".parse().unwrap()],
            architectures: vec![Architecture::Arm64],
            content: Content::Inline(std::sync::Arc::new(crate::publish::Payload::new(&file, Sha256::of(zip)))),
        };
        let region = "eu-west-1".parse().unwrap();
        let bytes = body(&region, &request, &file, Sha256::of(zip)).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let expected = json!({
            "Content": {"ZipFile": STANDARD.encode(zip)},
            "Description": request.description,
            "LicenseInfo": "MIT",
            "CompatibleRuntimes": ["python3.13"],
            "CompatibleArchitectures": ["arm64"],
        });
        assert_eq!(read, expected);
        assert_eq!(body(&region, &request, &file, Sha256::of(b"")).unwrap_err().code(), "BadDigest");
    }
}
