//! What every schema looks like, whatever the types that it was made from look like in Rust.

use schemars::Schema;
use schemars::transform::transform_subschemas;
use serde_json::Value;

/// Makes a schema, and all below it, what clients in any language understand.
pub fn plain(schema: &mut Schema) {
    on_one_line(schema);
    without_width(schema);
    as_enumeration(schema);
    transform_subschemas(&mut plain, schema);
}

/// Comments break their lines where the source is wide enough.
fn on_one_line(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description")
        && text.contains('\n')
    {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
}

/// `uint64` is a width of Rust. Validators warn of formats that they do not know.
fn without_width(schema: &mut Schema) {
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint") || format.starts_with("int")) {
        schema.remove("format");
    }
}

/// One of several words becomes an `enum`, which every generator of code knows, with what each means in the description.
fn as_enumeration(schema: &mut Schema) {
    let Some(Value::Array(variants)) = schema.get("oneOf") else { return };
    let Some(words) = variants.iter().map(|variant| variant.get("const").cloned()).collect::<Option<Vec<Value>>>() else { return };
    let mut description = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (variant, word) in variants.iter().zip(&words) {
        let meaning = variant.get("description").and_then(Value::as_str).unwrap_or_default();
        let meaning = meaning.split_whitespace().collect::<Vec<_>>().join(" ");
        description += &format!("\n- `{}`: {meaning}", word.as_str().unwrap_or_default());
    }
    schema.remove("oneOf");
    schema.insert("type".to_owned(), "string".into());
    schema.insert("enum".to_owned(), Value::Array(words));
    schema.insert("description".to_owned(), description.into());
}

#[cfg(test)]
mod tests {
    use schemars::json_schema;

    use super::*;

    #[test]
    fn schemas_have_no_form_of_rust() {
        let mut schema = json_schema!({
            "description": "a\nb",
            "properties": {
                "size": { "type": ["integer", "null"], "format": "uint64", "minimum": 0 },
                "at": { "type": "string", "format": "date-time" },
                "state": { "description": "What it is.", "oneOf": [
                    { "const": "new", "type": "string", "description": "Not\nold." },
                    { "const": "old", "type": "string" },
                ]},
                "other": { "oneOf": [{ "const": "new" }, { "type": "null" }] },
            },
        });
        plain(&mut schema);
        let wanted = json_schema!({
            "description": "a b",
            "properties": {
                "size": { "type": ["integer", "null"], "minimum": 0 },
                "at": { "type": "string", "format": "date-time" },
                "state": { "description": "What it is.\n- `new`: Not old.\n- `old`: ", "type": "string", "enum": ["new", "old"] },
                "other": { "oneOf": [{ "const": "new" }, { "type": "null" }] },
            },
        });
        assert_eq!(schema, wanted);
    }
}
