//! What goes wrong between a client and AWS, and when: by a seed, for so many of a hundred requests.

use axum::body::Body;
use axum::http::{Response, StatusCode};

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It is one too many, and has no effect.
    Throttled,
    /// The same, and the answer says when to ask again.
    ThrottledForASecond,
    /// It is refused, and trying again at once would be of no use.
    Denied,
    /// The service fails, and nothing happens.
    FailsBefore,
    /// The service fails when all is done.
    FailsAfter,
    /// Nothing happens, and no answer comes, for as long as the client waits.
    StallsBefore,
    /// All is done, and no answer comes, for as long as the client waits.
    StallsAfter,
    /// The connection is closed, and nothing happens.
    CutBefore,
    /// The connection is closed when all is done.
    CutAfter,
    /// All is done, and the connection is closed in the middle of the answer.
    CutInTheAnswer,
}

impl Fault {
    pub const ALL: [Self; 10] = [
        Self::Throttled,
        Self::ThrottledForASecond,
        Self::Denied,
        Self::FailsBefore,
        Self::FailsAfter,
        Self::StallsBefore,
        Self::StallsAfter,
        Self::CutBefore,
        Self::CutAfter,
        Self::CutInTheAnswer,
    ];
}

/// Which requests go wrong, and how: the same for the same seed and the same number of a request.
#[derive(Debug, Clone)]
pub struct Faults {
    seed: u64,
    in_hundred: u8,
    kinds: Vec<Fault>,
}

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self::only(0, 0, &[])
    }

    /// Everything may go wrong.
    pub fn of_all_kinds(seed: u64, in_hundred: u8) -> Self {
        Self::only(seed, in_hundred, &Fault::ALL)
    }

    /// These may go wrong.
    pub fn only(seed: u64, in_hundred: u8, kinds: &[Fault]) -> Self {
        Self { seed, in_hundred, kinds: kinds.to_vec() }
    }

    /// What happens to the `number`-th request.
    pub fn of(&self, number: usize) -> Option<Fault> {
        let mut random = fastrand::Rng::with_seed(self.seed.rotate_left(32) ^ number as u64);
        (random.u8(0..100) < self.in_hundred).then(|| random.choice(&self.kinds).copied()).flatten()
    }
}

/// The answer of a service to one request too many.
pub fn throttled(service: &str, retry_after_seconds: Option<u32>) -> Response<Body> {
    let mut answer = match service {
        "lambda" => {
            let body = r#"{"Type":"User","message":"Rate exceeded","Reason":"CallerRateLimitExceeded"}"#;
            of_lambda(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", body)
        }
        "s3" => of_s3(StatusCode::SERVICE_UNAVAILABLE, "SlowDown", "Please reduce your request rate."),
        _ => of_query(StatusCode::BAD_REQUEST, "Sender", "Throttling", "Rate exceeded"),
    };
    if let Some(seconds) = retry_after_seconds {
        answer.headers_mut().insert("retry-after", seconds.into());
    }
    answer
}

/// The answer of a service to somebody who may not do that.
pub fn denied(service: &str) -> Response<Body> {
    let status = StatusCode::FORBIDDEN;
    match service {
        "lambda" => of_lambda(status, "AccessDeniedException", r#"{"Message":"User is not authorized to perform this operation"}"#),
        "s3" => of_s3(status, "AccessDenied", "Access Denied"),
        _ => of_query(status, "Sender", "AccessDenied", "User is not authorized to perform this operation"),
    }
}

/// The answer of a service that failed.
pub fn failed(service: &str) -> Response<Body> {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    match service {
        "lambda" => of_lambda(status, "ServiceException", r#"{"Type":"Service","Message":"An error occurred and the request cannot be processed."}"#),
        "s3" => of_s3(status, "InternalError", "We encountered an internal error. Please try again."),
        _ => of_query(status, "Receiver", "InternalFailure", "An internal error occurred."),
    }
}

fn of_lambda(status: StatusCode, error: &str, body: &str) -> Response<Body> {
    let answer = Response::builder().status(status).header("content-type", "application/json").header("x-amzn-errortype", error);
    answer.header("x-amzn-requestid", REQUEST_ID).body(Body::from(body.to_owned())).unwrap()
}

fn of_s3(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    let body =
        format!(r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message><RequestId>{REQUEST_ID}</RequestId></Error>"#);
    Response::builder().status(status).header("content-type", "application/xml").body(Body::from(body)).unwrap()
}

/// In the form of STS and other services that are asked by a form.
fn of_query(status: StatusCode, whose: &str, code: &str, message: &str) -> Response<Body> {
    let error = format!("<Error><Type>{whose}</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    let body = format!("<ErrorResponse>{error}<RequestId>{REQUEST_ID}</RequestId></ErrorResponse>");
    Response::builder().status(status).header("content-type", "text/xml").body(Body::from(body)).unwrap()
}

const REQUEST_ID: &str = "00000000-0000-4000-8000-000000000000";
