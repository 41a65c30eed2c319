//! What an account answers when it does not do as it was asked, under the names that AWS uses.

use std::fmt;
use std::time::Duration;

use crate::domain::{Failure, RegionCode};
use crate::outside::OutsideError;

/// A call that came to nothing, or to nobody knows what: see [`AccountError::is_ambiguous`].
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The account answered that it does not do that.
    #[error("`{region}` answers {refusal} about `{about}`: {message}")]
    Refused {
        /// The region that was called.
        region: RegionCode,
        /// The layer, layer version or object that was asked about.
        about: String,
        /// The error, as AWS names it.
        refusal: Refusal,
        /// What the account says of it.
        message: String,
    },
    /// The region does not answer.
    #[error("cannot reach `{region}` about `{about}`: {reason}")]
    Unreachable {
        /// The region that was called.
        region: RegionCode,
        /// The layer, layer version or object that was asked about.
        about: String,
        /// Why, as far as it is known.
        reason: String,
    },
    /// Something on this machine failed.
    #[error(transparent)]
    Outside(#[from] OutsideError),
}

/// The errors that AWS has names for. <https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such layer version.
    ResourceNotFound,
    /// It is there already.
    ResourceConflict,
    /// The request is wrong.
    InvalidParameterValue,
    /// The account holds as much code as it may.
    CodeStorageExceeded,
    /// More calls than the region takes: nothing was done.
    TooManyRequests {
        /// After which time to call again, when it says so.
        retry_after: Option<Duration>,
    },
    /// An inline archive is too large.
    RequestEntityTooLarge,
    /// The credentials do not suffice.
    AccessDenied,
    /// The region does not know the credentials: they are wrong, or the account has not enabled it.
    UnknownCredentials,
    /// The bucket is in another region.
    PermanentRedirect,
    /// There is no such bucket.
    NoSuchBucket,
    /// There is no such object in the bucket.
    NoSuchKey,
    /// What arrived in the bucket is not what was sent.
    BadDigest,
    /// The service failed; the call may have taken effect.
    Service,
    /// Any other, by its name.
    Other(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Refusal {
    /// The name that AWS gives it.
    pub fn code(&self) -> &str {
        self.names().0
    }

    /// AWS's name and ours.
    fn names(&self) -> (&str, &'static str) {
        match self {
            Self::ResourceNotFound => ("ResourceNotFoundException", "not-found"),
            Self::ResourceConflict => ("ResourceConflictException", "conflict"),
            Self::InvalidParameterValue => ("InvalidParameterValueException", "invalid-parameter"),
            Self::CodeStorageExceeded => ("CodeStorageExceededException", "code-storage-exceeded"),
            Self::TooManyRequests { .. } => ("TooManyRequestsException", "throttled"),
            Self::RequestEntityTooLarge => ("RequestEntityTooLargeException", "too-large"),
            Self::AccessDenied => ("AccessDeniedException", "access-denied"),
            Self::UnknownCredentials => ("UnrecognizedClientException", "unknown-credentials"),
            Self::PermanentRedirect => ("PermanentRedirect", "bucket-elsewhere"),
            Self::NoSuchBucket => ("NoSuchBucket", "no-bucket"),
            Self::NoSuchKey => ("NoSuchKey", "not-staged"),
            Self::BadDigest => ("BadDigest", "damaged-upload"),
            Self::Service => ("ServiceException", "service-error"),
            Self::Other(name) => (name, "refused"),
        }
    }
}

impl AccountError {
    /// A refusal about a layer, a layer version or an object.
    pub fn refused(region: &RegionCode, about: impl fmt::Display, refusal: Refusal, message: impl Into<String>) -> Self {
        Self::Refused { region: region.clone(), about: about.to_string(), refusal, message: message.into() }
    }

    /// The name that AWS gives it; `Unreachable` and `Outside` are not AWS's.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused { refusal, .. } => refusal.code(),
            Self::Unreachable { .. } => "Unreachable",
            Self::Outside(_) => "Outside",
        }
    }

    /// As receipts tell it.
    pub fn failure(&self) -> Failure {
        let code = match self {
            Self::Refused { refusal, .. } => refusal.names().1,
            Self::Unreachable { .. } => "unreachable",
            Self::Outside(_) => "this-machine",
        };
        Failure::new(code, self.to_string().replace(['\r', '\n'], " "))
    }

    /// Whether it was only too many calls. Then nothing happened, and the same call may be made again.
    pub fn is_throttled(&self) -> bool {
        matches!(self, Self::Refused { refusal: Refusal::TooManyRequests { .. }, .. })
    }

    /// Whether this failure is a region's silence: after some of them it need not be asked any more.
    pub fn is_silence(failure: &Failure) -> bool {
        ["unreachable", "service-error", "throttled"].contains(&failure.code.as_str())
    }

    /// Whether there is no such thing.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Refused { refusal: Refusal::ResourceNotFound, .. })
    }

    /// Whether the thing is there already.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { refusal: Refusal::ResourceConflict, .. })
    }

    /// Whether the call may have taken effect all the same, so that one must look before making it again.
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::Refused { refusal, .. } => *refusal == Refusal::Service,
            Self::Unreachable { .. } => true,
            Self::Outside(error) => error.is_transient(),
        }
    }
}
