//! What every file has around what is its own.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::schema::Kind;
use crate::render::escape::json_in_page;
use crate::render::schema_words as words;

/// The version of the shapes: the first number grows when something is renamed or removed, which then happens below another
/// address; the second when something is added.
pub const SCHEMA_VERSION: &str = "3.0";

/// A file of version 3 of the API: what it tells is in `data`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}File")]
pub struct Envelope<T> {
    /// The version of the shapes. Within `3.` fields, values and files are added, and nothing is taken away.
    #[schemars(with = "words::SchemaVersion")]
    pub schema_version: &'static str,
    /// Which kind of file it is: `api/v3/schema/` has a schema of that name.
    pub kind: &'static str,
    /// The newest moment that the file tells of, and not the time at which it was made; null while it tells of none.
    pub updated_at: Option<Timestamp>,
    /// What it tells.
    pub data: T,
}

/// The bytes of a file: compact, with a newline at its end for those who read it in a terminal.
pub fn document<T: Serialize>(kind: Kind, updated_at: Option<Timestamp>, data: T) -> Vec<u8> {
    line(&Envelope { schema_version: SCHEMA_VERSION, kind: kind.name(), updated_at, data })
}

/// Any data on one line.
pub fn line<T: Serialize>(data: &T) -> Vec<u8> {
    let text = serde_json::to_string(data).expect("answers are plain data");
    (json_in_page(text) + "\n").into_bytes()
}
