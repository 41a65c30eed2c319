//! How Go decodes JSON into an array of maps from strings to strings, as the Terraform provider does: a value that
//! is no string is an error, which is kept for the end, and decoding goes on.
//!
//! After `decodeState.array`, `object` and `literalStore` of Go's `encoding/json`: where the kind of a value is wrong, an
//! error is saved, the value is passed over, and what it would have become is its zero value.

use std::collections::BTreeMap;

use serde_json::Value;

/// What `json.NewDecoder(body).Decode(&rows)` leaves in `rows`, and whether it returned an error.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    pub rows: Vec<BTreeMap<String, String>>,
    pub is_error: bool,
}

/// Decodes the first value of `body`; what comes after it is not read.
pub fn decode(body: &str) -> Decoded {
    let mut decoded = Decoded { rows: Vec::new(), is_error: false };
    match serde_json::Deserializer::from_str(body).into_iter::<Value>().next() {
        Some(Ok(Value::Array(elements))) => decoded.rows = elements.iter().map(|element| row(element, &mut decoded.is_error)).collect(),
        // A nil array, and no error.
        Some(Ok(Value::Null)) => {}
        // Another kind, or no JSON: nothing is stored.
        Some(Ok(_) | Err(_)) | None => decoded.is_error = true,
    }
    decoded
}

fn row(element: &Value, is_error: &mut bool) -> BTreeMap<String, String> {
    match element {
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), text(value, is_error))).collect(),
        // A nil map; reading from one finds nothing.
        Value::Null => BTreeMap::new(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            *is_error = true;
            BTreeMap::new()
        }
    }
}

fn text(value: &Value, is_error: &mut bool) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            *is_error = true;
            String::new()
        }
    }
}

#[test]
fn what_is_not_a_string_is_an_error_and_the_rest_is_there() {
    let row = |fields: &[(&str, &str)]| fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>();
    for (body, is_error, rows) in [
        (r#"[{"arn": "a"}]"#, false, vec![row(&[("arn", "a")])]),
        (r#"[{"arn": "a", "dependencies": ["x", "y"], "z": "1"}]"#, true, vec![row(&[("arn", "a"), ("dependencies", ""), ("z", "1")])]),
        (
            r#"[{"n": 1, "b": true, "o": {"x": "y"}, "arn": "a"}, {"arn": "b"}]"#,
            true,
            vec![row(&[("arn", "a"), ("b", ""), ("n", ""), ("o", "")]), row(&[("arn", "b")])],
        ),
        (r#"[{"n": null, "arn": "a"}]"#, false, vec![row(&[("arn", "a"), ("n", "")])]),
        (r#"[7, {"arn": "a"}, null]"#, true, vec![row(&[]), row(&[("arn", "a")]), row(&[])]),
        (r#"[{"arn": "a"}] and more"#, false, vec![row(&[("arn", "a")])]),
        ("[]", false, vec![]),
        ("null", false, vec![]),
        (r#"{"arn": "a"}"#, true, vec![]),
        (r#"[{"arn": "a"}"#, true, vec![]),
        ("<!doctype html>", true, vec![]),
        ("", true, vec![]),
    ] {
        assert_eq!(decode(body), Decoded { rows, is_error }, "{body}");
    }
}
