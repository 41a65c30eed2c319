//! One call of the API: what is asked, and whether it may be asked again.

use http::Method;
use serde::Serialize;
use serde_json::Value;

/// One call.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// What it is for, as a verb: `list the comments of #3`.
    pub what: String,
    pub method: Method,
    /// From the root of the API, with the query, everything in it escaped.
    pub path: String,
    pub body: Option<Value>,
    pub again: Again,
    /// Longest answer that is read, in bytes.
    pub limit_bytes: usize,
}

/// What to do when nobody knows whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It may be done twice.
    Harmless,
    /// It must be looked first: twice would be two.
    LookFirst,
}

/// Answers are small, but for lists of what strangers wrote.
const LIMIT_BYTES: usize = 4 << 20;
/// A hundred texts of 65,536 characters each, every one written as an escape.
const LIST_LIMIT_BYTES: usize = 64 << 20;

impl Call {
    /// Reads something.
    pub fn get(what: impl Into<String>, path: impl Into<String>) -> Self {
        Self { what: what.into(), method: Method::GET, path: path.into(), body: None, again: Again::Harmless, limit_bytes: LIMIT_BYTES }
    }

    /// Reads a page of texts of strangers.
    pub fn list(what: impl Into<String>, path: impl Into<String>) -> Self {
        Self { limit_bytes: LIST_LIMIT_BYTES, ..Self::get(what, path) }
    }

    /// Sets something to what it shall be; twice is as once.
    pub fn set(method: Method, what: impl Into<String>, path: impl Into<String>, body: &impl Serialize) -> Self {
        Self { method, body: Some(json(body)), ..Self::get(what, path) }
    }

    /// Makes something new; twice would be two.
    pub fn create(what: impl Into<String>, path: impl Into<String>, body: &impl Serialize) -> Self {
        Self { method: Method::POST, body: Some(json(body)), again: Again::LookFirst, ..Self::get(what, path) }
    }
}

fn json(body: &impl Serialize) -> Value {
    serde_json::to_value(body).expect("bodies are plain data")
}
