//! A shape of the document as a table of its fields.

use serde::Serialize;
use serde_json::Value;

use super::form::{self, Form};
use crate::render::pages::content::inline;

/// The fields of what every file of version 3 has around what it tells.
const ENVELOPE: [&str; 4] = ["data", "kind", "schema_version", "updated_at"];

/// A shape.
#[derive(Debug, Serialize)]
pub struct Shape {
    /// As the document calls it.
    pub name: String,
    /// What it is, as HTML of ours.
    pub description: String,
    /// Its fields; none where it is no object.
    pub fields: Vec<Field>,
}

/// A field.
#[derive(Debug, Serialize)]
pub struct Field {
    /// Its name, after the names of those that it is in.
    pub name: String,
    /// What its value looks like.
    pub form: Form,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// What it tells, as HTML of ours.
    pub meaning: String,
    /// One value.
    pub example: Option<String>,
    /// All values, where they are named.
    pub values: Vec<String>,
}

impl Shape {
    /// The shape `name` that `schema` describes.
    pub fn new(name: &str, schema: &Value) -> Self {
        let mut fields = Vec::new();
        add_fields(schema, "", &mut fields);
        Self { name: name.to_owned(), description: inline(schema["description"].as_str().unwrap_or_default()), fields }
    }
}

/// Whether `schema` is what a file of version 3 is, of whatever kind.
pub fn is_envelope(schema: &Value) -> bool {
    schema["properties"].as_object().is_some_and(|properties| properties.keys().eq(ENVELOPE))
}

/// Those that are always there first, in the order in which they are written; then the others by name.
fn add_fields(schema: &Value, before: &str, fields: &mut Vec<Field>) {
    let Some(properties) = schema["properties"].as_object() else { return };
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let optional = properties.keys().map(String::as_str).filter(|name| !required.contains(name));
    for name in required.iter().copied().chain(optional) {
        let property = &properties[name];
        let full = format!("{before}{name}");
        fields.push(Field {
            form: Form::of(property),
            is_optional: !required.contains(&name),
            meaning: inline(property["description"].as_str().unwrap_or_default()),
            example: form::example(property),
            values: form::values(property),
            name: full.clone(),
        });
        // An object that is described in place.
        add_fields(property, &format!("{full}."), fields);
        if let Some(items) = property.get("items") {
            add_fields(items, &format!("{full}[]."), fields);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_has_its_row() {
        let schema = json!({
            "properties": { "z": { "type": "string", "description": "A `z`." }, "a": { "properties": { "b": {} }, "required": ["b"] }, "c": { "items": { "properties": { "d": {} } } } },
            "required": ["z", "a"],
        });
        let shape = Shape::new("X", &schema);
        let rows: Vec<(&str, bool)> = shape.fields.iter().map(|field| (field.name.as_str(), field.is_optional)).collect();
        assert_eq!(rows, [("z", false), ("a", false), ("a.b", false), ("c", true), ("c[].d", true)]);
        assert_eq!(shape.fields[0].meaning.trim(), "<p>A <code>z</code>.</p>");
        assert!(!is_envelope(&schema));
    }
}
