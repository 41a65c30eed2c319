//! Schemas that allow nothing but what they describe: stricter than those that are served, to which fields may be added.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Fields that are left out where they have no value. All others are there with null.
const LEFT_OUT: [&str; 1] = ["expiryDate"];

/// `schema` with every object closed, and every field that it describes wanted.
pub fn closed(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return match schema {
            Value::Array(parts) => parts.iter().map(closed).collect(),
            other => other.clone(),
        };
    };
    let mut closed: Map<String, Value> = schema.iter().map(|(key, value)| (key.clone(), closed(value))).collect();
    if let Some(Value::Object(fields)) = schema.get("properties") {
        closed.entry("additionalProperties").or_insert(false.into());
        let wanted: Vec<&String> = fields.keys().filter(|name| !LEFT_OUT.contains(&name.as_str())).collect();
        closed.insert("required".to_owned(), json!(wanted));
    }
    Value::Object(closed)
}

/// A validator of `schema`, which looks at formats too.
pub fn validator(schema: &Value) -> Validator {
    jsonschema::meta::validate(schema).unwrap_or_else(|error| panic!("{error} in {schema}"));
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap_or_else(|error| panic!("{error} in {schema}"))
}

/// Fails with all that is wrong with `value`.
pub fn check(validator: &Validator, value: &Value) -> Result<(), String> {
    let faults: Vec<String> = validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

#[test]
fn what_is_too_much_too_little_or_another_form_is_found() {
    let schema = json!({
        "type": "object",
        "properties": {
            "at": { "type": "string", "format": "date-time" },
            "day": { "type": "string", "format": "date" },
            "row": { "$ref": "#/$defs/Row" },
            "expiryDate": { "type": "string" },
            "map": { "type": "object", "additionalProperties": { "type": "integer" } },
        },
        "$defs": { "Row": { "type": "object", "properties": { "word": { "enum": ["a", null] } } } },
    });
    let good = json!({ "at": "2026-01-01T00:00:00Z", "day": "2026-01-01", "row": { "word": null }, "map": { "x": 1 } });
    let strict = validator(&closed(&schema));
    assert_eq!(check(&strict, &good), Ok(()));
    let changes: [(&str, Value); 8] = [
        ("/at", json!("2026-01-01 00:00")),
        ("/at", Value::Null),
        ("/day", json!("2026-02-30")),
        ("/row", json!({})),
        ("/row", json!({ "word": "b" })),
        ("/row", json!({ "word": "a", "more": 1 })),
        ("/map", json!({ "x": "1" })),
        ("", json!({})),
    ];
    for (place, value) in changes {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = value;
        assert!(check(&strict, &bad).is_err(), "{bad}");
    }
}
