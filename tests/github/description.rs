//! GitHub's own description of its API, cut down to the calls that we make: the whole takes a validator twenty seconds and
//! half a gigabyte.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::github::calls::CALLS;

/// What is left of `whole`.
pub fn cut(whole: &Value) -> Value {
    let mut paths = Map::new();
    for (method, path) in CALLS {
        let known = &whole["paths"][path];
        let operation = known.get(method.to_ascii_lowercase()).unwrap_or_else(|| panic!("GitHub's description has no {method} {path}"));
        let kept = paths.entry(path).or_insert_with(|| json!({ "parameters": known.get("parameters").cloned().unwrap_or(json!([])) }));
        kept[method.to_ascii_lowercase()] = operation.clone();
    }
    let mut cut = json!({ "openapi": whole["openapi"], "info": whole["info"], "servers": whole["servers"], "paths": paths, "components": {} });
    let mut open: Vec<String> = references(&cut["paths"]);
    let mut seen = BTreeSet::new();
    while let Some(reference) = open.pop() {
        if !seen.insert(reference.clone()) {
            continue;
        }
        let pointer = reference.trim_start_matches('#');
        let part = whole.pointer(pointer).unwrap_or_else(|| panic!("GitHub's description has no {reference}"));
        open.extend(references(part));
        let names: Vec<&str> = pointer.split('/').collect();
        let ["", "components", kind, name] = names.as_slice() else { panic!("{reference} is no component") };
        cut["components"][kind][name.replace("~1", "/").replace("~0", "~")] = part.clone();
    }
    recommended_form(&mut cut);
    cut
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Clients are told to accept this form, and the description does not have it: without it each such request is 406. And
/// some of its examples are not of its own form, which would be an error of the validator's, not of ours: answers are held
/// against no form where there is an example.
fn recommended_form(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Object(content)) = fields.get_mut("content")
                && let Some(plain) = content.get("application/json").cloned()
            {
                content.insert("application/vnd.github+json".to_owned(), plain);
            }
            if let Some(Value::Object(responses)) = fields.get_mut("responses") {
                responses.values_mut().for_each(without_form);
            }
            fields.values_mut().for_each(recommended_form);
        }
        Value::Array(items) => items.iter_mut().for_each(recommended_form),
        _ => {}
    }
}

fn without_form(response: &mut Value) {
    let contents = response.get_mut("content").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    for content in contents.filter_map(Value::as_object_mut).filter(|content| content.contains_key("examples") || content.contains_key("example")) {
        content.remove("schema");
    }
}
