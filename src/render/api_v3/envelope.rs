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

/// A file of the API.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}File")]
pub struct Envelope<T> {
    /// The version of the shapes, such as `3.0`. Within `3.` fields and values are added and nothing is taken away.
    #[schemars(with = "words::SchemaVersion")]
    pub schema_version: &'static str,
    /// Which kind of file it is: the name of its schema.
    pub kind: &'static str,
    /// The newest moment that the file tells of; null while it tells of none. It is no time of rendering.
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
    (json_in_page(&text) + "\n").into_bytes()
}
