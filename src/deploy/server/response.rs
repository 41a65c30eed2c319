//! The parts of an answer.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

pub(super) fn response(status: StatusCode, content_type: &str, body: Vec<u8>) -> Response<Body> {
    Response::builder().status(status).header(header::CONTENT_TYPE, content_type).body(Body::from(body)).expect("a type that we know")
}

/// Sets a header to a text that is ours, or came in a request.
pub(super) fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    response.headers_mut().insert(name, HeaderValue::from_str(value).expect("it was a header or a path before"));
}

/// Whether the client has what `tag` names.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let is_it = |known: &str| known.trim() == tag || known.trim() == "*";
    headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|tags| tags.split(',').any(is_it))
}
