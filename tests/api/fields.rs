//! The places of a schema with the types that each may have: what clients read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// By place, such as `data.layers[].arn` or `data.latest{}`, all types that may stand there, and all words where only some may.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// The names of JSON Schema, with the format where one is said; `absent` where a field may be missing.
    pub types: BTreeMap<String, BTreeSet<String>>,
    /// One place and word each.
    pub words: BTreeSet<(String, String)>,
}

impl Fields {
    /// Those of `schema`, whose references lead into `root`.
    pub fn of(root: &Value, schema: &Value) -> Self {
        let mut fields = Self::default();
        fields.describe(root, schema, "");
        fields
    }

    fn describe(&mut self, root: &Value, schema: &Value, place: &str) {
        for one in alternatives(root, schema) {
            for name in types(one) {
                self.types.entry(place.to_owned()).or_default().insert(name);
            }
            let word = |word: &Value| (place.to_owned(), word.as_str().unwrap().to_owned());
            self.words.extend(one.get("enum").and_then(Value::as_array).into_iter().flatten().filter(|word| !word.is_null()).map(word));
            self.words.extend(one.get("const").map(word));
            for (name, field) in parts(one) {
                self.describe(root, field, &below(place, name));
                if one.get("properties").is_some() && !requires(one, name) {
                    self.types.get_mut(&below(place, name)).unwrap().insert("absent".to_owned());
                }
            }
        }
    }

    /// Adds what `value`, which is of `schema`, has.
    pub fn observe(&mut self, root: &Value, schema: &Value, value: &Value, place: &str) {
        let fits = |one: &&&Map<String, Value>| types(one).iter().any(|name| is(name, value));
        let all = alternatives(root, schema);
        let one = all.iter().find(fits).unwrap_or_else(|| panic!("{place}: {value} is not of {schema}"));
        let name = types(one).into_iter().find(|name| is(name, value)).unwrap();
        self.types.entry(place.to_owned()).or_default().insert(name);
        if let Some(word) = value.as_str().filter(|_| one.contains_key("enum") || one.contains_key("const")) {
            self.words.insert((place.to_owned(), word.to_owned()));
        }
        for (name, field) in parts(one) {
            let inside: Vec<&Value> = match value {
                Value::Array(rows) => rows.iter().collect(),
                Value::Object(fields) if name == "{}" => fields.values().collect(),
                Value::Object(fields) => fields.get(name).into_iter().collect(),
                _ => Vec::new(),
            };
            if inside.is_empty() && !matches!(name, "[]" | "{}") {
                self.types.entry(below(place, name)).or_default().insert("absent".to_owned());
            }
            inside.into_iter().for_each(|value| self.observe(root, field, value, &below(place, name)));
        }
    }
}

/// What `schema` says, with references followed, or each thing that it may be.
fn alternatives<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Map<String, Value>> {
    if let Some(Value::String(reference)) = schema.get("$ref") {
        return alternatives(root, root.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("no {reference}")));
    }
    if let Some(Value::Array(some)) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
        return some.iter().flat_map(|one| alternatives(root, one)).collect();
    }
    for unknown in ["allOf", "patternProperties", "prefixItems", "not"] {
        assert!(schema.get(unknown).is_none(), "nobody here reads `{unknown}`: {schema}");
    }
    vec![schema.as_object().unwrap()]
}

fn types(one: &Map<String, Value>) -> Vec<String> {
    let named: Vec<&str> = match &one["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap()).collect(),
        other => panic!("{other} is no type"),
    };
    let format = one.get("format").and_then(Value::as_str);
    named.into_iter().map(|name| if let (Some(format), "string") = (format, name) { format!("string({format})") } else { name.to_owned() }).collect()
}

fn is(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(_) => matches!(name, "integer" | "number"),
        Value::String(_) => name.starts_with("string"),
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    }
}

/// What is inside: fields by name, rows as `[]`, values of a map as `{}`.
fn parts(one: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let fields = one.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, schema)| (name.as_str(), schema));
    let rows = one.get("items").map(|schema| ("[]", schema));
    let values = one.get("additionalProperties").filter(|schema| schema.is_object()).map(|schema| ("{}", schema));
    fields.chain(rows).chain(values).collect()
}

fn requires(one: &Map<String, Value>, name: &str) -> bool {
    one.get("required").and_then(Value::as_array).is_some_and(|required| required.iter().any(|required| required == name))
}

fn below(place: &str, name: &str) -> String {
    match name {
        "[]" | "{}" => format!("{place}{name}"),
        name if place.is_empty() => name.to_owned(),
        name => format!("{place}.{name}"),
    }
}
