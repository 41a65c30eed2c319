//! The page.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::operation::{Operation, Reader};
use super::shape::{Shape, is_envelope};
use crate::render::api_v3::openapi::openapi;
use crate::render::pages::content::{Anchors, Facts, Shelf, inline};
use crate::render::pages::frame::{Frame, Section, Sheet};
use crate::render::{RenderError, Sink};

/// The context of `reference.html`.
#[derive(Debug, Serialize)]
struct ReferencePage<'a> {
    address: &'static str,
    shelves: &'a [Shelf],
    promise: String,
    groups: Vec<Group>,
    envelope: Option<Shape>,
    shapes: Vec<Shape>,
}

/// A part of the API.
#[derive(Debug, Serialize)]
struct Group {
    id: String,
    title: String,
    description: String,
    operations: Vec<Operation>,
}

/// Puts the page.
///
/// # Errors
/// When its template is wrong, or as the sink.
pub fn put(facts: &Facts, shelves: &[Shelf], frame: &Frame<'_>, sink: &dyn Sink) -> Result<(), RenderError> {
    let sheet = Sheet {
        template: "reference.html",
        path: "api-reference/index.html",
        title: "API reference",
        description: "Every address of the API with its parameters, the fields of its answers, and a command to try it.",
        section: Section::Docs,
    };
    frame.put(sheet, ReferencePage::new(&openapi(), facts, shelves), sink)
}

impl<'a> ReferencePage<'a> {
    fn new(document: &Value, facts: &Facts, shelves: &'a [Shelf]) -> Self {
        let mut reader = Reader { document, example: &facts.example, site: &facts.site, placed: BTreeSet::new() };
        let mut anchors = Anchors::default();
        let groups = document["tags"].as_array().into_iter().flatten().map(|tag| group(tag, &mut reader, &mut anchors)).collect();
        let nothing = Map::new();
        let schemas = document["components"]["schemas"].as_object().unwrap_or(&nothing);
        // Files differ in `kind` and `data` alone, which stand beside their addresses.
        let envelope = schemas.values().find(|schema| is_envelope(schema)).map(|schema| Shape::new("envelope", &without_kind(schema)));
        let others = schemas.iter().filter(|(name, schema)| !is_envelope(schema) && !reader.placed.contains(*name));
        Self {
            address: "api-reference/",
            shelves,
            promise: inline(document["info"]["description"].as_str().unwrap_or_default()),
            envelope,
            shapes: others.map(|(name, schema)| Shape::new(name, schema)).collect(),
            groups,
        }
    }
}

fn group(tag: &Value, reader: &mut Reader<'_>, anchors: &mut Anchors) -> Group {
    let name = tag["name"].as_str().unwrap_or_default();
    let paths = reader.document["paths"].as_object().into_iter().flatten();
    let of_tag = paths.filter(|(_, path)| path["get"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag == name)));
    let of_tag: Vec<(&String, &Value)> = of_tag.collect();
    Group {
        id: anchors.of_heading(name),
        title: name[..1].to_ascii_uppercase() + &name[1..],
        description: inline(tag["description"].as_str().unwrap_or_default()),
        operations: of_tag.into_iter().map(|(path, value)| reader.operation(path, &value["get"])).collect(),
    }
}

/// What holds for all kinds of files.
fn without_kind(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(kind) = schema.pointer_mut("/properties/kind").and_then(Value::as_object_mut) {
        kind.remove("const");
    }
    if let Some(data) = schema.pointer_mut("/properties/data").and_then(Value::as_object_mut) {
        data.remove("$ref");
        data.insert("type".to_owned(), "object".into());
    }
    schema
}
