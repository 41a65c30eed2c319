//! What S3 answers when it does not do what it is asked.

use std::path::PathBuf;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::error::display::DisplayErrorContext;

use crate::domain::one_line;
use crate::outside::OutsideError;

/// Longest message of S3's that is passed on, in characters.
const MESSAGE_MAX_CHARS: usize = 600;

/// S3, or the way there, failed.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// There are no credentials, or they cannot be had.
    #[error(
        "there are no AWS credentials: {0}\nhelp: set `AWS_PROFILE`, or `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or whatever the AWS command line takes them from"
    )]
    NoCredentials(String),
    /// S3 answered that it does not do that.
    #[error("S3 does not {what}: {} {message}\nhelp: {}", code, help(code, region.as_deref()))]
    Refused {
        /// What it was asked for, as a verb and its object.
        what: String,
        /// Its name for the reason, or the HTTP status.
        code: String,
        /// What S3 says of it.
        message: String,
        /// The region that the bucket is in, when it says so.
        region: Option<String>,
    },
    /// There is no answer.
    #[error("S3 does not answer when asked to {what}: {reason}\nhelp: look at the network and at `AWS_ENDPOINT_URL`, then run this again")]
    Unreachable {
        /// What it was asked for.
        what: String,
        /// Why, as far as is known.
        reason: String,
    },
    /// A file of the site has other bytes than when it was looked at.
    #[error("`{}` was changed while the site was uploaded\nhelp: wait for `klayers render` to end, then run this again", path.display())]
    Changed {
        /// The path of the file.
        path: PathBuf,
    },
    /// What was set is not what S3 says afterwards.
    #[error("the {what} of the bucket is not what was set\nhelp: look whether somebody else sets it, then run this again")]
    NotKept {
        /// The setting.
        what: &'static str,
    },
    /// What is there may not be looked at, and might be somebody's.
    #[error("the {what} of the bucket may not be looked at, so it is not replaced\nhelp: allow `{action}`, or set it by other means")]
    MayNotLook {
        /// What was to be set.
        what: &'static str,
        /// What has to be allowed.
        action: &'static str,
    },
    /// The bucket sends all its visitors elsewhere.
    #[error("the bucket's website redirects everything to `{host}`\nhelp: take that out first, or use another bucket")]
    RedirectsElsewhere {
        /// The host that they are sent to.
        host: String,
    },
    /// A file of the site cannot be read.
    #[error(transparent)]
    Outside(#[from] OutsideError),
}

impl BucketError {
    /// The error of a call that was asked to do `what`.
    pub(super) fn of<E>(what: impl Into<String>, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: std::error::Error + ProvideErrorMetadata + 'static,
    {
        let what = what.into();
        let SdkError::ServiceError(context) = error else {
            return Self::Unreachable { what, reason: one_line(&DisplayErrorContext(error).to_string(), MESSAGE_MAX_CHARS) };
        };
        let (meta, response) = (context.err().meta(), context.raw());
        let code = meta.code().map_or_else(|| format!("status {}", response.status().as_u16()), |code| one_line(code, MESSAGE_MAX_CHARS));
        let message = one_line(meta.message().unwrap_or_default(), MESSAGE_MAX_CHARS);
        Self::Refused { what, code, message, region: response.headers().get("x-amz-bucket-region").map(str::to_owned) }
    }

    /// Whether S3 refused with this name for the reason.
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == name)
    }
}

fn help(code: &str, region: Option<&str>) -> String {
    match (code, region) {
        ("NoSuchBucket", _) => "create the bucket, for example with `pipeline/aws/site.yaml`, or correct its name".to_owned(),
        ("AccessDenied" | "AllAccessDisabled" | "status 403", _) => {
            "the credentials need s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject for the prefix, as the role of `pipeline/aws/site.yaml` has them".to_owned()
        }
        ("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" | "status 301", Some(region)) => {
            format!("the bucket is in another region: add `--region {region}`")
        }
        ("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" | "status 301", None) => {
            "the bucket is in another region: name it with `--region`".to_owned()
        }
        ("InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken", _) => "get new credentials".to_owned(),
        ("BadDigest" | "InvalidDigest", _) => "the file changed while it was sent: wait for `klayers render` to end, then run this again".to_owned(),
        _ => "run this again: it goes on where it was".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        for (code, region, words) in [
            ("NoSuchBucket", None, "create the bucket"),
            ("AccessDenied", None, "s3:PutObject"),
            ("PermanentRedirect", Some("eu-west-1"), "`--region eu-west-1`"),
            ("PermanentRedirect", None, "`--region`"),
            ("InternalError", None, "run this again"),
        ] {
            assert!(help(code, region).contains(words), "{code}: {}", help(code, region));
        }
    }
}
