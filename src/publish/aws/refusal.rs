//! What AWS answers, in the words of an account.

use std::fmt::Display;
use std::time::Duration;

use aws_sdk_lambda::config::http::HttpResponse;
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::error::display::DisplayErrorContext;

use crate::domain::{RegionCode, one_line};
use crate::publish::{AccountError, Refusal};

/// Longest message of AWS's that is passed on, in characters.
const MESSAGE_MAX_CHARS: usize = 600;

/// The error of a call about something in a region.
pub(super) fn account_error<E>(region: &RegionCode, about: &dyn Display, error: &SdkError<E, HttpResponse>) -> AccountError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let unreachable =
        |reason: String| AccountError::Unreachable { region: region.clone(), about: about.to_string(), reason: one_line(&reason, MESSAGE_MAX_CHARS) };
    let SdkError::ServiceError(context) = error else {
        return unreachable(DisplayErrorContext(error).to_string());
    };
    let response = context.raw();
    let retry_after = response.headers().get("retry-after").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let meta = context.err().meta();
    let message = meta.message().unwrap_or_default();
    let refusal = refusal(meta.code().unwrap_or_default(), message, response.status().as_u16(), retry_after);
    let message = if message.is_empty() { format!("HTTP status {}", response.status().as_u16()) } else { one_line(message, MESSAGE_MAX_CHARS) };
    AccountError::refused(region, about, refusal, message)
}

/// By AWS's names, which differ between services, and by the status where an answer has no name.
fn refusal(code: &str, message: &str, status: u16, retry_after: Option<Duration>) -> Refusal {
    // What Lambda met at S3 stands in its message alone.
    let at_s3 = |name: &str| code == "InvalidParameterValueException" && message.contains(&format!("S3 Error Code: {name}"));
    match (code, status) {
        ("TooManyRequestsException" | "ThrottlingException" | "Throttling" | "RequestLimitExceeded" | "SlowDown" | "RequestThrottled", _) | (_, 429) => {
            Refusal::TooManyRequests { retry_after }
        }
        _ if at_s3("NoSuchKey") => Refusal::NoSuchKey,
        _ if at_s3("PermanentRedirect") => Refusal::PermanentRedirect,
        ("ResourceNotFoundException", _) => Refusal::ResourceNotFound,
        ("ResourceConflictException", _) => Refusal::ResourceConflict,
        ("InvalidParameterValueException" | "ValidationException", _) => Refusal::InvalidParameterValue,
        ("CodeStorageExceededException", _) => Refusal::CodeStorageExceeded,
        ("RequestEntityTooLargeException" | "RequestTooLargeException" | "EntityTooLarge", _) | (_, 413) => Refusal::RequestEntityTooLarge,
        ("AccessDeniedException" | "AccessDenied" | "Forbidden", _) => Refusal::AccessDenied,
        ("UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" | "InvalidSignatureException" | "SignatureDoesNotMatch", _) => {
            Refusal::UnknownCredentials
        }
        ("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException", _) | (_, 301 | 307) => Refusal::PermanentRedirect,
        ("NoSuchBucket", _) => Refusal::NoSuchBucket,
        ("NoSuchKey" | "NotFound", _) => Refusal::NoSuchKey,
        ("BadDigest" | "InvalidDigest" | "XAmzContentSHA256Mismatch" | "XAmzContentChecksumMismatch", _) => Refusal::BadDigest,
        (_, 500..) => Refusal::Service,
        ("", 403) => Refusal::AccessDenied,
        ("", 404) => Refusal::NoSuchKey,
        ("", _) => Refusal::Other(format!("status {status}")),
        (other, _) => Refusal::Other(one_line(other, MESSAGE_MAX_CHARS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_all_services_are_known() {
        for (code, message, status, expected) in [
            ("TooManyRequestsException", "Rate exceeded", 429, Refusal::TooManyRequests { retry_after: Some(Duration::from_secs(1)) }),
            ("SlowDown", "", 503, Refusal::TooManyRequests { retry_after: Some(Duration::from_secs(1)) }),
            ("", "", 429, Refusal::TooManyRequests { retry_after: Some(Duration::from_secs(1)) }),
            ("InvalidParameterValueException", "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: none", 400, Refusal::NoSuchKey),
            ("InvalidParameterValueException", "Error occurred while GetObject. S3 Error Code: PermanentRedirect.", 400, Refusal::PermanentRedirect),
            ("InvalidParameterValueException", "S3 Error", 400, Refusal::InvalidParameterValue),
            ("UnrecognizedClientException", "", 403, Refusal::UnknownCredentials),
            ("ServiceException", "", 500, Refusal::Service),
            ("", "", 502, Refusal::Service),
            ("", "", 404, Refusal::NoSuchKey),
            ("PolicyLengthExceededException", "", 400, Refusal::Other("PolicyLengthExceededException".to_owned())),
        ] {
            assert_eq!(refusal(code, message, status, Some(Duration::from_secs(1))), expected, "{code} {status}");
        }
    }
}
