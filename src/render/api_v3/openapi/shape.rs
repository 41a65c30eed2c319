//! What answers are: their types, and the schemas of those that have one.

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use crate::render::api_v2::{self, Answer};
use crate::render::api_v3::paths::{self, Endpoint};
use crate::render::api_v3::schema::{self, Kind};

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A JSON document of version 3.
    File(Kind),
    /// A JSON document of that kind in each line.
    Lines(Kind),
    /// JSON in the shapes of version 2.
    Version2(Answer),
    /// CSV in the shape of version 2.
    Csv,
    /// JSON whose form others have laid down.
    OtherJson,
    /// Text of the type that is named.
    Text(&'static str),
    /// Bytes of the type that is named.
    Bytes(&'static str),
}

/// The schemas that the document has as components.
#[derive(Debug)]
pub struct Shapes {
    generator: SchemaGenerator,
    kinds: Vec<(Kind, String)>,
}

impl Default for Shapes {
    fn default() -> Self {
        Self { generator: schema::generator("/components/schemas"), kinds: Vec::new() }
    }
}

impl Shape {
    /// What an address of version 3 answers.
    pub fn of(endpoint: &Endpoint) -> Self {
        let kind = Kind::ALL.into_iter().find(|kind| endpoint.schema.is_some_and(|path| path == paths::schema(*kind)));
        match (endpoint.media_type, kind) {
            ("application/json", Some(kind)) => Self::File(kind),
            ("application/json", None) => Self::OtherJson,
            ("application/x-ndjson", Some(kind)) => Self::Lines(kind),
            ("application/gzip", _) => Self::Bytes("application/gzip"),
            (media_type, _) => Self::Text(media_type),
        }
    }
}

impl Shapes {
    /// The types that an answer may have, with what it is as each.
    pub fn content(&mut self, shape: Shape) -> Value {
        match shape {
            Shape::File(kind) => json!({ "application/json": { "schema": self.reference(kind) } }),
            Shape::Lines(kind) => {
                let lines = json!({ "type": "array", "items": self.reference(kind) });
                let schema = json!({ "type": "string", "contentMediaType": "application/x-ndjson", "contentSchema": lines });
                // The second is what GitHub Pages makes of a name that it does not know.
                json!({ "application/x-ndjson": { "schema": schema }, "application/octet-stream": {} })
            }
            Shape::Version2(answer) => {
                let schema = api_v2::schema(answer, &mut self.generator).to_value();
                let in_page = json!({ "type": "string", "contentMediaType": "application/json", "contentSchema": schema });
                json!({ "application/json": { "schema": schema }, "text/html": { "schema": in_page } })
            }
            Shape::Csv => {
                let in_page = json!({ "type": "string", "contentMediaType": "text/csv" });
                json!({ "text/csv": { "schema": { "type": "string" } }, "text/html": { "schema": in_page } })
            }
            Shape::OtherJson => json!({ "application/json": { "schema": { "type": "object" } } }),
            Shape::Text(media_type) => json!({ media_type: { "schema": { "type": "string" } } }),
            Shape::Bytes(media_type) => json!({ media_type: {} }),
        }
    }

    /// All schemas that were asked for, and those that they need.
    pub fn finish(mut self) -> Map<String, Value> {
        let kinds: Vec<(Kind, &str)> = self.kinds.iter().map(|(kind, name)| (*kind, name.as_str())).collect();
        schema::finished(&mut self.generator, &kinds)
    }

    fn reference(&mut self, kind: Kind) -> Value {
        let name = schema::definition(kind, &mut self.generator);
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        self.kinds.push((kind, name));
        reference
    }
}
