//! What a value looks like, in words: `array of`, the name of a shape, `or null`.

use serde::Serialize;
use serde_json::Value;

/// What references to shapes begin with.
const SHAPES: &str = "#/components/schemas/";

/// The form of a value: words, and the shape that they are about, if it has one of its own.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    /// What stands before the name of the shape, or all there is to say.
    pub before: String,
    /// The name of the shape.
    pub shape: Option<String>,
    /// What stands behind it.
    pub after: String,
}

impl Form {
    /// The form that `schema` describes.
    pub fn of(schema: &Value) -> Self {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(SHAPES)) {
            return Self { shape: Some(name.to_owned()), ..Self::default() };
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            return Self::of_choices(choices);
        }
        // What a text holds is told in place of the text.
        if let Some(content) = schema.get("contentSchema") {
            return Self::of(content);
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(word) => vec![word],
            Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let is_null = types.contains(&"null");
        let word = types.into_iter().find(|word| *word != "null").unwrap_or("any value");
        let mut form = match (word, schema.get("items"), schema.get("additionalProperties")) {
            ("array", Some(items), _) => Self::of(items).with("array of "),
            ("object", _, Some(values)) if values.is_object() => Self::of(values).with("object of "),
            _ => Self { before: word.to_owned(), ..Self::default() },
        };
        if let Some(format) = schema["format"].as_str() {
            form.before += &format!(", {format}");
        }
        if is_null {
            form.after += " or null";
        }
        form
    }

    fn of_choices(choices: &[Value]) -> Self {
        let is_null = |choice: &&Value| choice["type"] == "null";
        let forms: Vec<Self> = choices.iter().filter(|choice| !is_null(choice)).map(Self::of).collect();
        let null = if choices.iter().any(|choice| is_null(&choice)) { " or null" } else { "" };
        match <[Self; 1]>::try_from(forms) {
            Ok([one]) => Self { after: one.after.clone() + null, ..one },
            Err(several) => {
                let words: Vec<String> = several.into_iter().map(|form| form.before + &form.shape.unwrap_or_default() + &form.after).collect();
                Self { before: words.join(" or ") + null, ..Self::default() }
            }
        }
    }

    fn with(self, words: &str) -> Self {
        Self { before: format!("{words}{}", self.before), ..self }
    }
}

/// One such value: the first example of `schema`, or of what is in it.
pub fn example(schema: &Value) -> Option<String> {
    let inner = || ["items", "additionalProperties"].iter().find_map(|key| example(schema.get(key)?));
    schema["examples"].get(0).and_then(Value::as_str).map(str::to_owned).or_else(inner)
}

/// All values that `schema` allows, where it names them.
pub fn values(schema: &Value) -> Vec<String> {
    let named = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
    named.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn forms_are_told_in_words() {
        let release = json!({ "$ref": "#/components/schemas/Release" });
        for (schema, words) in [
            (json!({ "type": "string" }), "string||"),
            (json!({ "type": ["string", "null"], "format": "date-time" }), "string, date-time|| or null"),
            (release.clone(), "|Release|"),
            (json!({ "type": "array", "items": release }), "array of |Release|"),
            (json!({ "anyOf": [release, { "type": "null" }] }), "|Release| or null"),
            (json!({ "anyOf": [{ "type": "string" }, release, { "type": "null" }] }), "string or Release or null||"),
            (json!({ "type": "object", "additionalProperties": { "type": "integer" } }), "object of integer||"),
            (json!({ "type": "string", "contentSchema": { "type": "array", "items": release } }), "array of |Release|"),
            (json!({}), "any value||"),
        ] {
            let form = Form::of(&schema);
            assert_eq!(format!("{}|{}|{}", form.before, form.shape.unwrap_or_default(), form.after), words, "{schema}");
        }
    }

    #[test]
    fn examples_and_values_are_found() {
        assert_eq!(example(&json!({ "items": { "examples": ["a"] } })).as_deref(), Some("a"));
        assert_eq!(values(&json!({ "enum": ["a", "b"] })), ["a", "b"]);
        assert_eq!(values(&json!({ "const": "a" })), ["a"]);
    }
}
